import type { BundleManifest } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/open.ts';
import type { Corruption } from '../data/corrupt/spec.ts';
import type { DecodeLimits } from '../data/decode-limits.ts';
import { OslerError } from '../errors.ts';
import type { Unlike } from '../evaluation/decisions/ood/score.ts';
import { createSession, type Session } from '../onnx/session.ts';
import { OUTPUTS } from '../onnx/trace-model.ts';
import type { LeakStamp } from '../store/leak-stamp.ts';
import { Batcher, type RawAnswer } from './batcher.ts';
import { PixelPool } from './pixel-pool.ts';
import { answerReader } from './read-answer.ts';
import type { Stages } from './stages.ts';

/** An image as the network sees it, and nothing of it left to decode: spec.height x spec.width x spec.channels, HWC, 8 bit. */
export interface Pixels {
  pixels: Uint8Array;
}

/** A file's bytes, its path, or its pixels. */
export type ImageSource = Uint8Array | string | Pixels;

export interface Prediction {
  /** The class decided for: with two classes the operating point's verdict (as evaluation counts it), else the most probable one. */
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
  leaks?: Omit<LeakStamp, 'accepted'>;
  /** PNG: what speaks for `explained`, over the image as the network sees it or by itself. On request. */
  heatmap?: Uint8Array;
  explained?: string;
}

export interface PredictorOptions {
  /** ONNX Runtime's; default: one for each processor. */
  threads?: number;
  /** Images computed together at most; more than a few gain nothing on a CPU and let the first one wait. */
  maxBatch?: number;
  /** Milliseconds that an image may wait for others to be computed with; default 0. */
  maxDelayMs?: number;
  /** Threads that decode, shared with other predictors; the caller closes them. */
  pixels?: PixelPool;
  /** More images than this under way: OVERLOADED. Default: no limit. */
  maxPending?: number;
  /** What an image may cost. */
  limits?: DecodeLimits;
}

/** `true`: over the image. `map`: by itself and transparent, in the frame of what the network sees, to be laid over the image. */
export type HeatmapWish = boolean | 'map';

export interface PredictOptions {
  heatmap?: HeatmapWish;
  /** Of the request, where what is answered is written down. */
  id?: string;
  /** Called for each image that got an answer, just before it. */
  observe?(stages: Stages): void;
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
 * Loads a bundle for prediction. Needs no LibTorch. The graph computes in a thread of its own and images are decoded in
 * others, so the caller's thread stays free; images are batched across callers.
 * Throws BUNDLE_INVALID when graph and manifest don't fit.
 */
export async function createPredictor(
  bundle: Pick<Bundle, 'manifest' | 'read'>,
  options: PredictorOptions = {},
): Promise<Predictor> {
  const { manifest } = bundle;
  const pool = options.pixels ?? new PixelPool();
  let session: Session | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([session?.close(), ...(options.pixels === undefined ? [pool.close()] : [])]);
  };
  try {
    const model = await bundle.read('model.onnx');
    session = await createSession(model, options.threads === undefined ? {} : { threads: options.threads });
    checkGraph(session, manifest);
    const read = answerReader(manifest);
    const batcher = new Batcher(session, manifest.preprocess, options.maxBatch ?? 4, options.maxDelayMs);
    const limits = options.limits === undefined ? {} : { limits: options.limits };
    const maxPending = options.maxPending ?? Number.POSITIVE_INFINITY;
    let pending = 0;

    const compute = async (pixels: Uint8Array): Promise<RawAnswer> => {
      const raw = await batcher.submit(pixels);
      if (!raw.logits.every(Number.isFinite)) {
        throw new OslerError('ENGINE_FAILED', 'The network gave no finite answer for this image.');
      }
      return raw;
    };
    const answer = async (image: ImageSource): Promise<RawAnswer> =>
      compute(
        isPixels(image) ? ownPixels(image, manifest) : await pool.run({ image, spec: manifest.preprocess, ...limits }),
      );
    const explain = async (
      image: Exclude<ImageSource, Pixels>,
      raw: RawAnswer,
      prediction: Prediction,
      alone: boolean,
    ): Promise<Prediction> => {
      const explained = explainedLabel(prediction);
      const { data: cam, height, width } = raw.cam;
      const { labels, preprocess: spec } = manifest;
      const draw = { cam, height, width, classes: labels.length, index: labels.indexOf(explained), alone };
      return { ...prediction, explained, heatmap: await pool.run({ image, spec, ...limits, draw }) };
    };
    const one = async (
      image: ImageSource,
      { heatmap = false, observe }: PredictOptions,
    ): Promise<Prediction | OslerError> => {
      try {
        const asked = performance.now();
        let begun = asked;
        const pixels = isPixels(image)
          ? ownPixels(image, manifest)
          : await pool.run({ image, spec: manifest.preprocess, ...limits }, () => {
              begun = performance.now();
            });
        const decode = performance.now() - begun;
        const raw = await compute(pixels);
        const computed = performance.now();
        const prediction = read(raw);
        // Drawn over the image itself, finer than the network sees it.
        const whole =
          heatmap !== false && !isPixels(image) ? await explain(image, raw, prediction, heatmap === 'map') : prediction;
        const { queue, infer } = raw.spent;
        observe?.({ queue: begun - asked + queue, decode, infer, post: performance.now() - computed });
        return whole;
      } catch (error) {
        if (error instanceof OslerError) return error;
        throw error;
      } finally {
        pending -= 1;
      }
    };
    // Before the first real image: the runtime sets its memory up, and the outputs' shapes show.
    const { channels, height, width } = manifest.preprocess;
    const first = await batcher.submit(new Uint8Array(channels * height * width));
    if (first.logits.length !== manifest.labels.length) {
      throw mismatch(`${first.logits.length} logits`, `${manifest.labels.length} labels`);
    }
    const features = manifest.outOfDistribution?.mahalanobis?.model.features ?? first.embedding.length;
    if (features !== first.embedding.length) {
      throw mismatch(`embeddings of ${first.embedding.length} features`, `distances for ${features}`);
    }
    return {
      manifest,
      get pending() {
        return pending;
      },
      answer,
      async answerVariants(image, corruptions, id) {
        const all = await pool.run({ image, spec: manifest.preprocess, ...limits, variants: { corruptions, id } });
        const size = all.length / corruptions.length;
        return Promise.all(corruptions.map((_, i) => compute(all.subarray(i * size, (i + 1) * size))));
      },
      async predict(images, options = {}) {
        if (pending > 0 && pending + images.length > maxPending) {
          throw new OslerError('OVERLOADED', `${pending} images are being predicted already.`, {
            hint: 'Try again in a moment.',
          });
        }
        pending += images.length;
        return Promise.all(images.map((image) => one(image, options)));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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

function checkGraph(session: Session, manifest: BundleManifest): void {
  const { channels, height, width } = manifest.preprocess;
  const [, ...shape] = session.inputShape;
  if (String(shape) !== String([channels, height, width])) {
    throw mismatch(`an input of ${shape.join('x')}`, `preprocessing to ${channels}x${height}x${width}`);
  }
  const missing = OUTPUTS.find((name) => !session.outputs.includes(name));
  if (missing !== undefined) throw mismatch(`no output ${missing}`, `outputs ${OUTPUTS.join(', ')}`);
}

function mismatch(graph: string, manifest: string): OslerError {
  return new OslerError('BUNDLE_INVALID', `The bundle's graph has ${graph}, its manifest says ${manifest}.`);
}
