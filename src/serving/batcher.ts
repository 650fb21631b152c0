import { appearance } from '../data/appearance.ts';
import { normalise } from '../data/preprocess.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import type { Output, Session } from '../onnx/session.ts';

/** What the graph says about one image. */
export interface RawAnswer {
  /** [K] */
  logits: Float32Array;
  /** [F] */
  embedding: Float32Array;
  /** What the image looks like (data/appearance.ts). */
  appearance: Float32Array;
  cam: { height: number; width: number; data: Float32Array };
  /** Milliseconds that it waited for its batch, and that the batch took. */
  spent: { queue: number; infer: number };
}

interface Job {
  pixels: Uint8Array;
  /** When it came, by `performance.now`. */
  since: number;
  resolve(answer: RawAnswer): void;
  reject(error: unknown): void;
}

/**
 * Puts images that wait at the same time into one batch, whoever asked for them. Waits for a batch to fill only as long as it is told to:
 * by default a lone image goes at once. Two batches are under way, so that the next one is normalised while the runtime computes.
 */
export class Batcher {
  private readonly session: Session;
  private readonly spec: PreprocessSpec;
  private readonly maxBatch: number;
  private readonly queue: Job[] = [];
  private readonly maxDelayMs: number;
  private running = 0;
  /** Runs while a batch that is not full waits for more. */
  private timer: NodeJS.Timeout | undefined;

  /** @param maxDelayMs how long the first image of a batch may wait for others. */
  constructor(session: Session, spec: PreprocessSpec, maxBatch: number, maxDelayMs = 0) {
    this.session = session;
    this.spec = spec;
    this.maxBatch = maxBatch;
    this.maxDelayMs = maxDelayMs;
  }

  /** @param pixels spec.height x spec.width x spec.channels, HWC, 8 bit. */
  submit(pixels: Uint8Array): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ pixels, since: performance.now(), resolve, reject });
      this.next();
    });
  }

  private next(due = this.maxDelayMs === 0): void {
    while (this.running < 2 && this.queue.length > 0) {
      if (!due && this.queue.length < this.maxBatch) {
        this.timer ??= setTimeout(() => {
          this.timer = undefined;
          this.next(true);
        }, this.maxDelayMs);
        return;
      }
      clearTimeout(this.timer);
      this.timer = undefined;
      const jobs = this.queue.splice(0, this.maxBatch);
      this.running += 1;
      this.compute(jobs)
        .catch((error: unknown) => {
          for (const job of jobs) job.reject(error);
        })
        .finally(() => {
          this.running -= 1;
          this.next();
        });
    }
  }

  private async compute(jobs: readonly Job[]): Promise<void> {
    const begun = performance.now();
    const { channels, height, width } = this.spec;
    const data = new Float32Array(jobs.length * channels * height * width);
    normalise(
      jobs.map((job) => job.pixels),
      this.spec,
      'nchw',
      data,
    );
    const { logits, embedding, cam } = (await this.session.run(data, [jobs.length, channels, height, width])) as {
      logits: Output;
      embedding: Output;
      cam: Output;
    };
    const infer = performance.now() - begun;
    const [, , h, w] = cam.shape as [number, number, number, number];
    jobs.forEach((job, i) => {
      const part = ({ data }: Output): Float32Array =>
        data.slice((i * data.length) / jobs.length, ((i + 1) * data.length) / jobs.length);
      job.resolve({
        logits: part(logits),
        embedding: part(embedding),
        appearance: appearance(job.pixels, this.spec),
        cam: { height: h, width: w, data: part(cam) },
        spent: { queue: begun - job.since, infer },
      });
    });
  }
}
