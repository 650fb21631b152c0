import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { MetricPoint } from '../tracker.ts';
import { readRecords } from '../wandb/log-file.ts';
import { CONFIG_DATASETS, CONFIG_TAGS, WandbOffline } from '../wandb/offline.ts';
import { decodeRecord, msOf, type WandbHistoryItem, type WandbItem, type WandbRecord } from '../wandb/proto.ts';
import { EXIT_CODE, parseWandbJson, systemKey } from '../wandb/rows.ts';
import {
  type ExchangeDataset,
  type ExchangeRun,
  type ExchangeStatus,
  eachFile,
  folderArtifacts,
  foreignId,
  type Moved,
  pieces,
  type Sink,
  type Source,
} from './run.ts';

/** Runs in W&B's file format: one `.wandb` file, a run's folder, or a `wandb` folder with many. */
export async function* wandbSource(path: string, options: { experiment?: string } = {}): Source {
  for (const file of await wandbFiles(path)) {
    const run = readRun(file);
    if (options.experiment === undefined || run.experiment === options.experiment) yield run;
  }
}

export async function wandbFiles(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return path.endsWith('.wandb') ? [path] : [];
  const out: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.wandb')) out.push(join(path, entry.name));
    // `latest-run` is a link to one of the others.
    else if (entry.isDirectory() && !entry.isSymbolicLink() && /^(?:offline-)?run-|^wandb$/.test(entry.name)) {
      out.push(...(await wandbFiles(join(path, entry.name))));
    }
  }
  return out.sort();
}

function readRun(file: string): ExchangeRun {
  const config = new Map<string, unknown>();
  let about: NonNullable<WandbRecord['run']> = {};
  let exit: WandbRecord['exit'];
  let last = 0;
  let user = '';
  const others = new Set<string>();
  const summary = new Map<string, unknown>();
  const logged = new Set<string>();
  let step = 0;
  for (const record of records(file)) {
    if (record.run !== undefined) {
      about = { ...about, ...record.run };
      apply(config, record.run.config);
    }
    apply(config, record.config);
    apply(summary, record.summary);
    user = String(record.environment?.username ?? user);
    if (record.exit !== undefined) exit = record.exit;
    else if (record.history !== undefined) exit = undefined;
    step = Math.max(step, record.history?.step?.num ?? 0);
    for (const item of record.history?.item ?? []) {
      const key = keyOf(item);
      logged.add(key);
      if (key === '_timestamp') last = Math.max(last, Number(readValue(item)) * 1000);
      else if (!key.startsWith('_') && numberIn(readValue(item)) === null) others.add(key);
    }
  }
  const { tags, datasets, params } = sorted(config);
  const whole = exit?.runtime ?? 0;
  // The exit knows seconds alone; the summary, where it tells of the same end, more.
  const precise = Number(summary.get('_runtime'));
  const runtime = Math.abs(precise - whole) <= 1 ? precise : whole;
  const startedAt = msOf(about.startTime);
  const status: ExchangeStatus =
    exit === undefined
      ? 'interrupted'
      : ((Object.entries(EXIT_CODE).find(([, code]) => code === (exit.exitCode ?? 0))?.[0] ??
          'failed') as ExchangeStatus);
  const endedAt = Math.round(exit === undefined ? last || startedAt : startedAt + runtime * 1000);
  // What a script wrote into the summary alone: a figure of the whole run, at its last step.
  const alone = [...summary].filter(
    ([key]) => !key.startsWith('_') && !logged.has(key) && !logged.has(key.split('.')[0]!),
  );
  const figures = alone.flatMap(([key, value]): MetricPoint[] => {
    const number = numberIn(value);
    return number === null ? [] : [{ key, value: number, step, time: endedAt }];
  });
  const texts = alone.filter(([, value]) => typeof value === 'string');
  const id = foreignId('wandb', about.runId ?? basename(file));
  return {
    id,
    name: about.displayName || about.runId || basename(file, '.wandb'),
    experiment: about.project || 'wandb',
    experimentTags: {},
    status,
    user,
    startedAt: Math.round(startedAt),
    endedAt,
    params,
    tags: {
      ...tags,
      ...Object.fromEntries(texts.map(([key, value]) => [`wandb.summary.${key}`, String(value)])),
      ...(about.runId === undefined || about.runId === id ? {} : { 'wandb.run_id': about.runId }),
      ...(about.notes ? { 'mlflow.note.content': about.notes } : {}),
      ...(about.runGroup ? { 'osler.group': about.runGroup } : {}),
      ...(about.jobType ? { 'wandb.job_type': about.jobType } : {}),
      ...(about.tags === undefined || about.tags.length === 0 ? {} : { 'wandb.tags': about.tags.join(', ') }),
      ...(about.git?.commit ? { 'mlflow.source.git.commit': about.git.commit } : {}),
    },
    datasets,
    metrics: async function* () {
      yield* pieces(points(file));
      if (figures.length > 0) yield figures;
    },
    artifacts: () => folderArtifacts(join(dirname(file), 'files')),
    leftOut: [...others].map((key) => `${key}: W&B holds it as an object, not as a number`),
  };
}

function* records(file: string): Generator<WandbRecord, void, undefined> {
  for (const { bytes } of readRecords(file)) yield decodeRecord(bytes);
}

function* points(file: string): Generator<MetricPoint, void, undefined> {
  let sample = 0;
  for (const { history, stats } of records(file)) {
    if (history !== undefined) {
      const values = new Map((history.item ?? []).map((item) => [keyOf(item), readValue(item)]));
      const step = Number(values.get('_step') ?? history.step?.num ?? 0);
      const time = Math.round(Number(values.get('_timestamp') ?? 0) * 1000);
      for (const [key, given] of values) {
        const value = numberIn(given);
        if (value !== null && !key.startsWith('_')) yield { key, value, step, time };
      }
    }
    if (stats !== undefined) {
      const time = Math.round(msOf(stats.timestamp));
      for (const { key = '', valueJson = '' } of stats.item ?? []) {
        const value = parseWandbJson(valueJson);
        if (typeof value === 'number') yield { key: systemKey(key), value, step: sample, time };
      }
      sample += 1;
    }
  }
}

function keyOf({ key, nestedKey }: WandbItem): string {
  return key || (nestedKey ?? []).join('.');
}

/** A truth value is 1 or 0, as MLflow has it. */
function numberIn(value: unknown): number | null {
  return typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : null;
}

function readValue(item: WandbHistoryItem): unknown {
  if (item.valueJson !== undefined && item.valueJson !== '') return parseWandbJson(item.valueJson);
  return (
    item.number ??
    item.integer ??
    item.text ??
    item.boolean ??
    (item.json === undefined ? null : parseWandbJson(item.json))
  );
}

function apply(config: Map<string, unknown>, change: WandbRecord['config']): void {
  for (const item of change?.update ?? []) config.set(keyOf(item), parseWandbJson(item.valueJson ?? ''));
  for (const item of change?.remove ?? []) config.delete(keyOf(item));
}

/** The config as parameters; nested maps as dotted keys; what Osler wrote there goes back to its place. */
function sorted(config: Map<string, unknown>) {
  const params: Record<string, string> = {};
  const visit = (key: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
      for (const [inner, more] of Object.entries(value)) visit(`${key}.${inner}`, more);
    } else {
      params[key] = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
    }
  };
  for (const [key, value] of config) {
    if (key !== '_wandb' && key !== CONFIG_TAGS && key !== CONFIG_DATASETS) visit(key, value);
  }
  const given = (config.get(CONFIG_DATASETS) ?? []) as Record<string, string>[];
  const datasets = given.map(
    ({ name = '', digest = '', source = '', context = '', profile = '' }): ExchangeDataset => ({
      name,
      digest,
      sourceType: 'osler',
      source,
      schema: '',
      profile,
      tags: context === '' ? {} : { 'mlflow.data.context': context },
    }),
  );
  return { params, tags: (config.get(CONFIG_TAGS) ?? {}) as Record<string, string>, datasets };
}

/** Writes runs in W&B's file format, for `wandb sync`. */
export function wandbSink(folder: string, options: { experiment?: string } = {}): Sink {
  return {
    async write(run) {
      const problems: string[] = [];
      const tracker = new WandbOffline({
        folder,
        project: null,
        entity: null,
        onWarning: (text) => problems.push(text),
      });
      const { id, name, user, startedAt } = run;
      const experiment = options.experiment ?? run.experiment;
      const group = run.tags['osler.group'] ?? null;
      await tracker.startRun({ id, name, experiment, user, startTime: startedAt, group });
      await tracker.logParams(run.params);
      await tracker.setTags(run.tags);
      for (const { tags, sourceType: _type, schema: _schema, ...dataset } of run.datasets) {
        await tracker.logDataset({ ...dataset, context: tags['mlflow.data.context'] ?? '' });
      }
      const leftOut = [...run.leftOut];
      const metrics = await writeHistory(run, tracker, leftOut);
      const artifacts = await eachFile(run, (file, { path, kind }) => tracker.logArtifact({ file, path, kind }));
      if (run.status === 'finished' || run.status === 'failed' || run.status === 'interrupted') {
        await tracker.endRun(run.status, run.endedAt ?? startedAt, { closeStep: true });
      }
      await tracker.close();
      leftOut.push(...problems);
      const counts = { params: Object.keys(run.params).length, tags: Object.keys(run.tags).length };
      return { run: id, name, metrics, ...counts, artifacts, leftOut } satisfies Moved;
    },
  };
}

/** W&B wants all values of a step together and steps in order: they are brought into it first. Of several values at one step the last stays. */
async function writeHistory(run: ExchangeRun, tracker: WandbOffline, leftOut: string[]): Promise<number> {
  const steps = new Map<number, MetricPoint[]>();
  const seen = new Map<string, number>();
  for await (const some of run.metrics()) {
    for (const point of some) {
      const step = steps.get(point.step) ?? [];
      step.push(point);
      steps.set(point.step, step);
    }
  }
  let count = 0;
  for (const step of [...steps.keys()].sort((a, b) => a - b)) {
    const at = steps.get(step)!.sort((a, b) => a.time - b.time);
    const last = new Map(at.map((point) => [point.key, point]));
    for (const { key } of at) seen.set(key, (seen.get(key) ?? 0) + 1);
    for (const [key, n] of seen)
      if (n > 1) leftOut.push(`${key}, step ${step}: ${n - 1} of ${n} values; W&B takes one a step`);
    seen.clear();
    await tracker.logMetrics([...last.values()]);
    count += last.size;
  }
  return count;
}
