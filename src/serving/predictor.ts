import type { BundleManifest } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/open.ts';
import type { Corruption } from '../data/corrupt/spec.ts';
import type { DecodeLimits } from '../data/decode-limits.ts';
import { OslerError } from '../errors.ts';
import type { Unlike } from '../evaluation/decisions/ood/score.ts';
import { classEvidence } from '../explain/heatmap.ts';
import type { LeakCounts } from '../store/leak-stamp.ts';
import { Engine, type EngineModel } from './engine/engine.ts';
import type { Cam, Outcome, RawAnswer, Source } from './engine/messages.ts';
import { PixelPool } from './pixel-pool.ts';
import type { Turn } from './priority.ts';
import type { Stages } from './stages.ts';

/** An image as the network sees it, and nothing of it left to decode: spec.height x spec.width x spec.channels, HWC, 8 bit. */
export interface Pixels {
  pixels: Uint8Array;
}

/** A file's bytes, its path, or its pixels. */
export type ImageSource = Uint8Array | string | Pixels;

export interface Prediction {
  /** The class decided for: with two classes the operating point's verdict (as evaluation counts it), else the most probable one, or the one by the bundle's rule. */
  label: string;
  /** By label, in the bundle's order; they sum to 1. */
  probabilities: Record<string, number>;
  /** The operating point's verdict; absent when the bundle has none. */
  positive?: {
    labels: string[];
    /** Sum over `labels`. */
    probability: number;
    threshold: number;
    verdict: boolean;
  };
  /** Conformal set: the classes that fit the image as well as `coverage` of validation's images fitted their own. May be empty. */
  set?: { labels: string[]; coverage: number };
  /** Whether the image is unlike those of validation, by either score being above its limit. */
  outOfDistribution?: Unlike & { falseAlarmRate: number };
  /** What the dataset or the run behind the bundle is marked with: `leaky`... */
  stamps: string[];
  /** What `leaky` among them is for; absent without it. */
  leaks?: LeakCounts;
  /** On request. */
  heatmap?: HeatMap;
}

export interface HeatMap {
  /** What speaks for `explained`, over the image as the network sees it or by itself. */
  png: Uint8Array;
  explained: string;
  /** Whether nothing in the image speaks for it more than for the other classes: then the map shows nothing. */
  blank: boolean;
  /** Rows and columns of places that the network tells apart: the map is enlarged from so many. */
  grid: [number, number];
}

export interface PredictorOptions {
  /** Threads that compute; default: one for each processor. */
  threads?: number;
  /** Threads that compute for other predictors too, instead of `threads` of its own; the caller closes them. */
  engine?: Engine;
  /** Whether all of them are ready before the first image: for servers. */
  eager?: boolean;
  /** Images computed together at most; more than a few gain nothing on a CPU and let the first one wait. */
  maxBatch?: number;
  /** Milliseconds that an image may wait for others to be computed with; default 0. */
  maxDelayMs?: number;
  /** Threads for large images and heat maps, shared with other predictors; the caller closes them. */
  pixels?: PixelPool;
  /** More images than this under way: OVERLOADED. Default: no limit. */
  maxPending?: number;
  /** What an image may cost. */
  limits?: DecodeLimits;
}

/** `true`: over the image. `map`: by itself and transparent, in the frame of what the network sees, to be laid over the image. */
export type HeatmapWish = boolean | 'map';

/** Where `wanted` ends images that wait for a thread, also to be decoded or drawn, are left, with its reason, an OslerError. */
export interface PredictOptions extends Turn {
  heatmap?: HeatmapWish;
  /** Of the request, where what is answered is written down. */
  id?: string;
  /** Called for each image that got an answer, just before it. */
  observe?(stages: Stages): void;
  /** Called where one of several models answers, with the one that did. */
  answeredBy?(model: { name: string; run: string }): void;
}

export interface Predictor {
  readonly manifest: BundleManifest;
  /** Images under way. */
  readonly pending: number;
  /**
   * Predicts images; the answers stand in their order. An image that cannot be read gives the OslerError that says why in its place.
   * Throws OVERLOADED (see maxPending) and ENGINE_FAILED for what concerns all of them.
   */
  predict(images: readonly ImageSource[], options?: PredictOptions): Promise<(Prediction | OslerError)[]>;
  /** The graph's own answer to an image. Throws the image's OslerError. */
  answer(image: ImageSource): Promise<RawAnswer>;
  /** Its answers to the image after each corruption (null: as it is), for which `id` stands in the place of chance. */
  answerVariants(
    image: Exclude<ImageSource, Pixels>,
    corruptions: readonly (Corruption | null)[],
    id: string,
  ): Promise<RawAnswer[]>;
  close(): Promise<void>;
}

/**
 * Loads a bundle for prediction. Needs no LibTorch. Images are taken from their bytes to the answer in threads of their own, so the
 * caller's thread stays free.
 * Throws BUNDLE_INVALID when graph and manifest don't fit.
 */
export async function createPredictor(
  bundle: Pick<Bundle, 'manifest' | 'read'>,
  options: PredictorOptions = {},
): Promise<Predictor> {
  const { manifest } = bundle;
  const { labels, preprocess: spec } = manifest;
  const pool = options.pixels ?? new PixelPool();
  const { threads, eager = false } = options;
  const engine = options.engine ?? new Engine({ eager, ...(threads === undefined ? {} : { threads }) });
  let model: EngineModel | undefined;
  const close = async (): Promise<void> => {
    await model?.close();
    await Promise.all([
      ...(options.engine === undefined ? [engine.close()] : []),
      ...(options.pixels === undefined ? [pool.close()] : []),
    ]);
  };
  try {
    const source = async () => ({ graph: await bundle.read('model.onnx'), spec, manifest });
    const { maxBatch = 4, maxDelayMs = 0 } = options;
    model = await engine.load(source, { maxBatch, maxDelayMs });
    checkSizes(model, manifest);
  } catch (error) {
    await close();
    throw error;
  }
  const limits = options.limits === undefined ? {} : { limits: options.limits };
  const maxPending = options.maxPending ?? Number.POSITIVE_INFINITY;
  let pending = 0;

  const ask = async (source: Source, want: 'prediction' | 'raw', cam: boolean, turn: Turn = {}): Promise<Answered> => {
    const outcome = await model.ask({ source, want, cam }, turn);
    if (outcome.kind === 'failed') {
      const { code, message, hint } = outcome.error;
      throw new OslerError(code, message, hint === undefined ? {} : { hint });
    }
    if (outcome.kind !== 'large') return outcome;
    // Beside the threads that compute: others' images would have to wait for it.
    const { image } = source as { image: Uint8Array | string };
    const asked = performance.now();
    let begunAt = asked;
    const begun = (): void => {
      begunAt = performance.now();
    };
    const pixels = await pool.run({ image, spec, ...limits }, { ...turn, begun });
    const decode = performance.now() - begunAt;
    const answered = await ask({ pixels }, want, cam, turn);
    answered.stages.queue += begunAt - asked;
    answered.stages.decode += decode;
    return answered;
  };
  const sourceOf = (image: ImageSource): Source =>
    isPixels(image) ? { pixels: ownPixels(image, manifest) } : { image, ...limits };
  const answer = async (source: Source): Promise<RawAnswer> => {
    const outcome = await ask(source, 'raw', true);
    if (outcome.kind === 'raw') return outcome.raw;
    throw new OslerError('INTERNAL', 'The engine gave a prediction where the graph was asked.');
  };
  const explain = async (
    image: Exclude<ImageSource, Pixels>,
    { data: cam, height, width }: Cam,
    prediction: Prediction,
    alone: boolean,
    turn: Turn,
  ): Promise<Prediction> => {
    const explained = explainedLabel(prediction);
    const draw = { cam, height, width, classes: labels.length, index: labels.indexOf(explained), alone };
    const png = await pool.run({ image, spec, ...limits, draw }, turn);
    const blank = !classEvidence(cam, draw.classes, draw.index, height, width).data.some((value) => value > 0);
    return { ...prediction, heatmap: { png, explained, blank, grid: [height, width] } };
  };
  const one = async (
    image: ImageSource,
    { heatmap = false, observe, ...turn }: PredictOptions,
  ): Promise<Prediction | OslerError> => {
    try {
      // Drawn over the image itself, finer than the network sees it.
      const drawn = heatmap !== false && !isPixels(image);
      const outcome = await ask(sourceOf(image), 'prediction', drawn, turn);
      if (outcome.kind !== 'prediction') throw new OslerError('INTERNAL', 'The engine gave no prediction.');
      const { prediction, cam, stages } = outcome;
      if (!drawn || cam === null) {
        observe?.(stages);
        return prediction;
      }
      const started = performance.now();
      const whole = await explain(image, cam, prediction, heatmap === 'map', turn);
      observe?.({ ...stages, post: stages.post + performance.now() - started });
      return whole;
    } catch (error) {
      if (error instanceof OslerError) return error;
      throw error;
    } finally {
      pending -= 1;
    }
  };
  return {
    manifest,
    get pending() {
      return pending;
    },
    answer: async (image) => answer(sourceOf(image)),
    async answerVariants(image, corruptions, id) {
      const all = await pool.run({ image, spec, ...limits, variants: { corruptions, id } });
      const size = all.length / corruptions.length;
      return Promise.all(corruptions.map((_, i) => answer({ pixels: all.subarray(i * size, (i + 1) * size) })));
    },
    async predict(images, wanted = {}) {
      if (pending > 0 && pending + images.length > maxPending) {
        throw new OslerError('OVERLOADED', `${pending} images are being predicted already.`, {
          hint: 'Try again in a moment.',
        });
      }
      pending += images.length;
      return Promise.all(images.map((image) => one(image, wanted)));
    },
    close,
  };
}

/** An outcome that is an answer. */
type Answered = Extract<Outcome, { stages: Stages }>;

/** Throws BUNDLE_INVALID where what the network gives is not what the manifest reads. */
function checkSizes({ logits, embedding }: EngineModel, { labels, outOfDistribution }: BundleManifest): void {
  if (logits !== labels.length) throw mismatch(`${logits} logits`, `${labels.length} labels`);
  const features = outOfDistribution?.mahalanobis?.model.features ?? embedding;
  if (features !== embedding) throw mismatch(`embeddings of ${embedding} features`, `distances for ${features}`);
}

const isPixels = (image: ImageSource): image is Pixels => typeof image === 'object' && 'pixels' in image;

/** Throws USAGE unless they are as many as the network takes. */
function ownPixels({ pixels }: Pixels, { preprocess: { height, width, channels } }: BundleManifest): Uint8Array {
  if (pixels.length === height * width * channels) return pixels;
  throw new OslerError('USAGE', `${pixels.length} values are no image of ${height} x ${width} x ${channels}.`);
}

/** What a heat map explains: a positive verdict by its most probable positive class, else the label. */
function explainedLabel({ label, probabilities, positive }: Prediction): string {
  if (positive === undefined || !positive.verdict) return label;
  return positive.labels.reduce((a, b) => (probabilities[b]! > probabilities[a]! ? b : a));
}

function mismatch(graph: string, manifest: string): OslerError {
  return new OslerError('BUNDLE_INVALID', `The bundle's graph has ${graph}, its manifest says ${manifest}.`);
}
