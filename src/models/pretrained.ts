import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Normalisation, PreprocessSpec } from '../data/preprocess-spec.ts';
import { OslerError } from '../errors.ts';
import type { Parameter } from '../nn/parameter.ts';
import { initialise, loadState } from '../nn/state.ts';
import type { OnProgress } from '../progress.ts';
import { fromArray, type RawTensor, readSafetensorsMetadata, readSafetensorsRaw, scope } from '../torch/index.ts';
import { adaptChannels, adaptNormalisation, toFloats } from './adapt.ts';
import type { Classifier } from './classifier.ts';
import { type DownloadOptions, download, hashFile } from './download.ts';
import { isHead } from './freeze.ts';
import { readPth } from './pth.ts';
import { IMAGENET_NORMALISATION, modernName } from './sources.ts';
import { publishedWeights } from './spec.ts';

export interface PretrainedOptions extends Pick<DownloadOptions, 'fetch' | 'allowLoopbackHttp' | 'retryDelay'> {
  /** OSLER_HOME: downloads are cached in its `weights/`. */
  home: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
  /** What the weights were trained with, where the source itself does not say or says it wrongly. */
  normalisation?: Normalisation | undefined;
  /** For parameters that the source has not, when the network was not initialised before. */
  seed?: number | undefined;
}

export interface PretrainedReport {
  /** As it was asked for: `imagenet`, a path or a URL. */
  source: string;
  /** The URL or the path that was read. */
  location: string;
  sha256: string;
  /** What images must be normalised with, one value a channel of the network. */
  normalisation: Normalisation;
  /** Nobody said what the weights were trained with: ImageNet's is assumed. */
  assumed: boolean;
  /** Names of parameters and buffers that were filled. */
  loaded: string[];
  /** Names in the source that were not used: another head, and what the network has not. */
  skipped: string[];
  /** Names that keep their fresh values: a replaced head. */
  fresh: string[];
  /** Names that were changed to fit: the first convolution, where the channel count differs. */
  adapted: string[];
}

/** What was loaded, skipped, adapted and left new, in a line or two for people. */
export function reportLines(report: PretrainedReport): string[] {
  const { source, sha256, loaded, fresh, skipped, adapted, assumed } = report;
  const said = [
    `${loaded.length} tensors loaded`,
    `${fresh.length} left new${some(fresh)}`,
    `${skipped.length} of the source not used${some(skipped)}`,
    ...(adapted.length === 0 ? [] : [`adapted to the channels: ${adapted.join(', ')}`]),
  ];
  const lines = [`weights ${source} (sha256 ${sha256.slice(0, 12)}): ${said.join(', ')}`];
  if (assumed)
    lines.push("weights do not say how images were normalised: ImageNet's is assumed; data.normalisation sets another");
  return lines;
}

function some(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? `, and ${names.length - 3} more` : ''})`;
}

interface Located {
  location: string;
  path: string;
  sha256: string;
  published?: Normalisation;
}

const NormalisationSchema = PreprocessSpec.pick({ mean: true, std: true });
const Sidecar = z.object({ normalisation: NormalisationSchema });

/**
 * Fills a network from `imagenet`, `imagenet-v2`, a path (.pth, .pt, .safetensors) or an https URL. The head is left fresh when
 * the class count differs, the first convolution is adapted when the channel count does; everything else must fit.
 * @throws OslerError NOT_FOUND, DOWNLOAD_FAILED, USAGE, or WEIGHTS_INVALID naming what does not fit
 */
export async function loadPretrained(
  model: Classifier,
  source: string,
  options: PretrainedOptions,
): Promise<PretrainedReport> {
  const located = await locate(model, source, options);
  const raw = await readWeights(located.path);
  const plan = fit(model, raw, source);
  if (plan.fresh.some((p) => p.tensor === undefined)) {
    initialise(model, options.seed ?? 0, new Set(plan.fresh.filter((p) => !p.tensor).map((p) => p.name)));
  }
  scope(() => {
    const tensors = [...plan.values].map(([name, { data, shape }]) => [name, fromArray(data, shape)] as const);
    loadState(model, new Map(tensors), { strict: false });
  });
  const normalisation = options.normalisation ?? located.published ?? (await normalisationOf(located.path));
  return {
    source,
    location: located.location,
    sha256: located.sha256,
    assumed: normalisation === undefined,
    normalisation: adaptNormalisation(normalisation ?? IMAGENET_NORMALISATION, model.options.channels),
    loaded: [...plan.values.keys()],
    skipped: plan.skipped,
    fresh: plan.fresh.map((p) => p.name),
    adapted: plan.adapted,
  };
}

async function locate(model: Classifier, source: string, options: PretrainedOptions): Promise<Located> {
  const published = publishedWeights(model.spec, source);
  const url = published?.url ?? (/^[a-z]+:\/\//i.test(source) ? source : undefined);
  if (url === undefined) {
    const path = resolve(source);
    const file = await open(path).catch((cause: Error) => {
      throw new OslerError('NOT_FOUND', `The weights ${path} can't be opened: ${cause.message}`, {
        hint: 'Weights are `imagenet`, a path or an https URL.',
        cause,
      });
    });
    await file.close();
    return { location: path, path, sha256: await hashFile(path) };
  }
  const { fetch, allowLoopbackHttp, retryDelay, onProgress, signal } = options;
  const dir = join(options.home, 'weights');
  const { path, sha256 } = await download(url, { dir, fetch, allowLoopbackHttp, retryDelay, onProgress, signal });
  return { location: url, path, sha256, ...(published ? { published: published.normalisation } : {}) };
}

/** Tensors of a .safetensors, .pth or .pt file by today's names, without the engine. */
export async function readWeights(path: string): Promise<Map<string, RawTensor>> {
  const tensors = path.endsWith('.safetensors') ? readSafetensorsRaw(path) : await readPth(path);
  return new Map([...tensors].map(([name, tensor]) => [modernName(name), tensor]));
}

interface Plan {
  values: Map<string, { data: Float32Array | BigInt64Array; shape: readonly number[] }>;
  skipped: string[];
  fresh: Parameter[];
  adapted: string[];
}

/** Decides for each parameter whether it is loaded, adapted or left fresh. */
function fit(model: Classifier, raw: ReadonlyMap<string, RawTensor>, source: string): Plan {
  const { spec } = model;
  const own = model.state();
  const keepHead = own.filter((p) => isHead(p.name, spec)).every((p) => same(raw.get(p.name)?.shape, p.shape));
  const plan: Plan = { values: new Map(), skipped: [], fresh: [], adapted: [] };
  const unfit: string[] = [];
  for (const p of own) {
    const found = raw.get(p.name);
    if (isHead(p.name, spec) && !keepHead) plan.fresh.push(p);
    else if (found === undefined && p.name.endsWith('num_batches_tracked')) plan.fresh.push(p);
    else if (found === undefined) unfit.push(`${p.name} is not in it`);
    else if (same(found.shape, p.shape)) plan.values.set(p.name, { data: valuesOf(found, p), shape: p.shape });
    else if (p.name === spec.firstConv && same(found.shape.toSpliced(1, 1), p.shape.toSpliced(1, 1))) {
      plan.values.set(p.name, {
        data: adaptChannels(toFloats(found, p.name), found.shape, p.shape[1]!),
        shape: p.shape,
      });
      plan.adapted.push(p.name);
    } else unfit.push(`${p.name} is [${found.shape}] instead of [${p.shape}]`);
  }
  if (unfit.length > 0) {
    const more = unfit.length > 3 ? `, and ${unfit.length - 3} more` : '';
    throw new OslerError(
      'WEIGHTS_INVALID',
      `${source} does not fit ${spec.name}: ${unfit.slice(0, 3).join('; ')}${more}.`,
      {
        hint: 'Weights must have torchvision’s names and shapes; check the architecture.',
      },
    );
  }
  plan.skipped = [...raw.keys()].filter((name) => !plan.values.has(name));
  return plan;
}

function valuesOf(found: RawTensor, p: Parameter): Float32Array | BigInt64Array {
  return p.dtype === 'i64' ? BigInt64Array.from(found.data as ArrayLike<number>, BigInt) : toFloats(found, p.name);
}

function same(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((size, i) => size === b[i]);
}

/**
 * What a local file says of its own normalisation: `normalisation` in a safetensors file's metadata (as JSON), or in a
 * `FILE.json` beside it; undefined where neither is there.
 */
async function normalisationOf(path: string): Promise<Normalisation | undefined> {
  const stated = path.endsWith('.safetensors') ? readSafetensorsMetadata(path).normalisation : undefined;
  if (stated !== undefined) return parse(stated, NormalisationSchema, `the metadata of ${path}`);
  const sidecar = await readFile(`${path}.json`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  // Downloads have a note of another kind beside them.
  if (sidecar === undefined || !sidecar.includes('"normalisation"')) return undefined;
  return parse(sidecar, Sidecar, `${path}.json`).normalisation;
}

function parse<T>(json: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(json));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new OslerError('WEIGHTS_INVALID', `The normalisation in ${where} can't be read: ${why}`, { cause });
  }
}
