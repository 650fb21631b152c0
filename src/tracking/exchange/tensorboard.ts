import { existsSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { MetricPoint } from '../tracker.ts';
import {
  type ExchangeArtifact,
  type ExchangeRun,
  type ExchangeStatus,
  filesBelow,
  foreignId,
  type Moved,
  pieces,
  type Sink,
  type Source,
} from './run.ts';
import {
  decodeEvent,
  doubleTensor,
  encodeEvent,
  hparamsOf,
  hparamsSummary,
  scalarOf,
  type TfEvent,
  type TfValue,
  textsOf,
  textTensor,
} from './tensorboard-proto.ts';
import { frame, readFrames } from './tfrecord.ts';

const EVENTS = /(?:^|\.)tfevents\./;
/** Texts under these tags hold what TensorBoard has no place for. */
const TAGS = 'osler/tags';
const ABOUT = 'osler/run';
const DATASETS = 'osler/datasets';

/** Runs of a log folder: each folder with event files is one, several files in it are one run that was begun again. */
export async function* tensorboardSource(path: string, options: { experiment?: string } = {}): Source {
  const root = statSync(path).isDirectory() ? path : dirname(path);
  const folders = new Map<string, string[]>();
  if (root === path) {
    for await (const file of filesBelow(path)) {
      if (!EVENTS.test(basename(file))) continue;
      const folder = dirname(file);
      folders.set(folder, [...(folders.get(folder) ?? []), join(path, file)]);
    }
  } else {
    folders.set('.', [path]);
  }
  for (const [folder, files] of folders) {
    const name = folder === '.' ? basename(root) : folder.split(sep).join('/');
    yield await readRun(join(root, folder), name, files.sort(), options.experiment ?? basename(root));
  }
}

interface About {
  id: string;
  name: string;
  experiment: string;
  experimentTags: Record<string, string>;
  status: ExchangeStatus;
  user: string;
  startedAt: number;
  endedAt: number | null;
}

async function readRun(folder: string, name: string, files: string[], experiment: string): Promise<ExchangeRun> {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  const params: Record<string, string> = {};
  const texts = new Map<string, string>();
  const pictures = new Set<string>();
  const others = new Set<string>();
  for await (const { wallTime, value, event } of values(files)) {
    first = Math.min(first, wallTime);
    last = Math.max(last, wallTime);
    if (value === null) continue;
    const tag = value.tag ?? '';
    const found = hparamsOf(value);
    if (found !== null) Object.assign(params, found);
    else if (scalarOf(value) !== null) continue;
    else if (pictureOf(value) !== null) pictures.add(`${tag}@${event.step ?? 0}`);
    else if (textsOf(value) !== null) texts.set(tag.replace(/\/text_summary$/, ''), textsOf(value)!.join('\n'));
    else others.add(tag);
  }
  const json = <T>(tag: string): T | null => (texts.has(tag) ? (JSON.parse(texts.get(tag)!) as T) : null);
  const about = json<About>(ABOUT);
  const startedAt = Number.isFinite(first) ? Math.round(first * 1000) : Math.round(statSync(files[0]!).mtimeMs);
  const own = new Set([ABOUT, TAGS, DATASETS]);
  return {
    id: about?.id ?? foreignId('tensorboard', folder),
    name: about?.name ?? name,
    experiment: about?.experiment ?? experiment,
    experimentTags: about?.experimentTags ?? {},
    status: about?.status ?? 'finished',
    user: about?.user ?? '',
    startedAt: about?.startedAt ?? startedAt,
    endedAt: about === null ? Math.round(last * 1000) : about.endedAt,
    params,
    tags: {
      ...json<Record<string, string>>(TAGS),
      ...Object.fromEntries([...texts].filter(([tag]) => !own.has(tag)).map(([tag, text]) => [tag, text])),
    },
    datasets: json<ExchangeRun['datasets']>(DATASETS) ?? [],
    metrics: () => pieces(scalars(files)),
    artifacts: () => images(files),
    leftOut: [...others].map((tag) => `${tag}: neither a number, nor a text, nor a picture`),
  };
}

async function* values(files: string[]): AsyncGenerator<{ wallTime: number; value: TfValue | null; event: TfEvent }> {
  for (const file of files) {
    for await (const bytes of readFrames(file)) {
      const event = decodeEvent(bytes);
      const wallTime = event.wallTime ?? 0;
      const list = event.summary?.value ?? [];
      if (list.length === 0) yield { wallTime, value: null, event };
      for (const value of list) yield { wallTime, value, event };
    }
  }
}

async function* scalars(files: string[]): AsyncGenerator<MetricPoint, void, undefined> {
  for await (const { wallTime, value, event } of values(files)) {
    const number = value === null || hparamsOf(value) !== null ? null : scalarOf(value);
    if (number === null) continue;
    yield { key: value!.tag ?? '', value: number, step: event.step ?? 0, time: Math.round(wallTime * 1000) };
  }
}

async function* images(files: string[]): AsyncGenerator<ExchangeArtifact, void, undefined> {
  for await (const { value, event } of values(files)) {
    const body = value === null ? null : pictureOf(value);
    if (body === null) continue;
    const ending = body[0] === 0xff ? 'jpg' : body[0] === 0x47 ? 'gif' : 'png';
    const tag = (value!.tag ?? 'image').replaceAll(/[^\w./ -]/g, '_').replaceAll('..', '_');
    const path = `images/${tag}/${event.step ?? 0}.${ending}`;
    yield {
      path,
      kind: 'image',
      read: async function* () {
        yield body;
      },
    };
  }
}

/** The first picture of a value, of TensorBoard 1 or 2. */
function pictureOf(value: TfValue): Uint8Array | null {
  const encoded = value.image?.encodedImageString;
  if (encoded !== undefined && encoded.length > 0) return encoded;
  if (value.metadata?.pluginData?.pluginName !== 'images') return null;
  // Width, height, then the pictures.
  return value.tensor?.stringVal?.[2] ?? null;
}

/** Writes each run as a folder with one event file. Numbers keep all their bits: TensorBoard takes tensors of doubles as scalars. */
export function tensorboardSink(root: string, options: { experiment?: string } = {}): Sink {
  return {
    async write(run) {
      const folder = join(root, safeName(`${run.name}-${run.id.slice(0, 8)}`));
      await mkdir(folder, { recursive: true });
      for (const old of (await readdir(folder)).filter((file) => EVENTS.test(file))) await rm(join(folder, old));
      const seconds = run.startedAt / 1000;
      const file = join(folder, `events.out.tfevents.${Math.floor(seconds)}.${hostname()}`);
      const put = (events: TfEvent[]) =>
        appendFile(file, Buffer.concat(events.map((event) => frame(encodeEvent(event)))));
      await put([{ wallTime: seconds, fileVersion: 'brain.Event:2' }]);
      const { id, name, status, user, startedAt, endedAt } = run;
      const about: About = {
        id,
        name,
        experiment: options.experiment ?? run.experiment,
        experimentTags: run.experimentTags,
        status,
        user,
        startedAt,
        endedAt,
      };
      const text = (tag: string, value: unknown): TfValue => textTensor(tag, JSON.stringify(value));
      const value = [
        text(ABOUT, about),
        text(TAGS, run.tags),
        text(DATASETS, run.datasets),
        hparamsSummary(run.params, seconds),
      ];
      await put([{ wallTime: seconds, summary: { value } }]);
      let metrics = 0;
      for await (const points of run.metrics()) {
        metrics += points.length;
        await put(
          points.map(({ key, value, step, time }) => ({
            wallTime: time / 1000,
            step,
            summary: { value: [doubleTensor(key, value)] },
          })),
        );
      }
      const leftOut = [...run.leftOut];
      for await (const { path } of run.artifacts()) leftOut.push(`file ${path}: event files hold none`);
      const counts = { params: Object.keys(run.params).length, tags: Object.keys(run.tags).length };
      return { run: id, name, metrics, ...counts, artifacts: 0, leftOut } satisfies Moved;
    },
  };
}

const safeName = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_.-]/gu, '_').replace(/^\.+/, '_');

/** Whether a folder has event files. */
export async function hasEvents(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  for await (const file of filesBelow(folder)) if (EVENTS.test(basename(file))) return true;
  return false;
}

export const isEventFile = (path: string): boolean => EVENTS.test(basename(relative('.', path)));
