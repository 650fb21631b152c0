import type { BundleManifest } from '../../bundle/manifest.ts';
import type { Bundle } from '../../bundle/open.ts';
import { testManifest } from '../../bundle/testing.ts';
import { OslerError } from '../../errors.ts';
import type { Prediction, PredictOptions, Predictor } from '../predictor.ts';
import { tinyBundle } from '../testing.ts';

/** For tests: a bundle that is told from others by its number; each gives answers of its own. */
export function numberedBundle(home: string, number: number, changes: Partial<BundleManifest> = {}): Promise<Bundle> {
  const run = String(number % 10).repeat(32);
  return tinyBundle(home, { run, ...changes }, `tiny-${number}`, 100 + number);
}

/** For tests: a predictor that answers by a function and counts, without a network. */
export class FakePredictor implements Predictor {
  readonly manifest: BundleManifest;
  pending = 0;
  closed = false;
  calls = 0;
  /** What was said beside the images, by call. */
  readonly asked: PredictOptions[] = [];
  private readonly work: (call: number) => Promise<Prediction | OslerError>;

  constructor(work: (call: number) => Promise<Prediction | OslerError>, run = '0'.repeat(32)) {
    this.manifest = { format: 'osler-bundle/1', files: {}, ...testManifest({ run }) };
    this.work = work;
  }

  async predict(images: readonly unknown[], options: PredictOptions = {}): Promise<(Prediction | OslerError)[]> {
    if (this.closed) throw new OslerError('ENGINE_FAILED', 'The predictor is closed.');
    this.asked.push(options);
    return Promise.all(images.map(() => this.work(++this.calls)));
  }

  answer(): never {
    throw new Error('not asked in tests');
  }

  answerVariants(): never {
    throw new Error('not asked in tests');
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** For tests: what a two-class model says with this probability of `malignant`. */
export function saying(probability: number): Prediction {
  const verdict = probability >= 0.5;
  return {
    label: verdict ? 'malignant' : 'benign',
    probabilities: { benign: 1 - probability, malignant: probability },
    positive: { labels: ['malignant'], probability, threshold: 0.5, verdict },
    stamps: [],
  };
}
