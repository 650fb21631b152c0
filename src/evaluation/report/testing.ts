import { errorCases } from '../error-cases.ts';
import { evaluate } from '../evaluate.ts';
import type { EvaluationFile } from '../evaluation.ts';
import type { Explanations } from '../explanations.ts';
import { robustness } from '../robustness/robustness.ts';
import type { Subject } from '../subject.ts';
import { fakePredictions } from '../testing.ts';
import type { Parts } from './parts.ts';

/** For tests: a picture of one pixel. */
export const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const estimate = { value: 0.4, low: 0.3, high: 0.5, method: 'percentile' as const };
const nothing = { value: null, low: null, high: null, reason: 'not estimable: no image has a value' };

/** For tests: a subject of which everything is known. */
export function fakeSubject(classes: readonly string[]): Subject {
  const counts = Object.fromEntries(classes.map((name) => [name, 40]));
  return {
    kind: 'run',
    id: '0'.repeat(32),
    name: 'lesions <b>',
    model: 'resnet18',
    dataset: {
      name: 'skin',
      version: 3,
      digest: 'f'.repeat(64),
      splits: { train: counts, val: counts, test: counts },
      unreadable: 2,
      flow: {
        format: 'csv',
        createdAt: '2026-01-02T03:04:05.000Z',
        samples: 120 * classes.length,
        groups: 99,
        excluded: { labelConflict: 4 },
        leftOut: [{ reason: 'a folder of masks', count: 1 }],
        duplicates: 5,
        nearDuplicates: 6,
        units: { train: 33, val: 33, test: 33 },
        rule: { kind: 'made', fractions: { train: 0.7, val: 0.15, test: 0.15 }, seed: 0 },
        leaks: { groups: 1, exact: 0, near: 2, exposed: { val: 0, test: 3 } },
        accepted: { reason: 'a <i>trial</i>', by: 'somebody', at: '2026-01-03T00:00:00.000Z' },
        characteristics: [
          {
            column: 'sex',
            kind: 'values',
            levels: ['female', 'male'],
            splits: {
              train: { counts: [20, 15], other: 3, missing: 2, quartiles: null },
              test: { counts: [0, 0], other: 0, missing: 40, quartiles: null },
            },
          },
          {
            column: 'age',
            kind: 'numbers',
            levels: [],
            splits: {
              train: { counts: [], other: 0, missing: 0, quartiles: [41, 52.5, 60] },
              test: { counts: [], other: 0, missing: 40, quartiles: null },
            },
          },
        ],
        sizes: { smallest: [200, 180], largest: [640, 480] },
      },
    },
    facts: [
      ['Seed', '1'],
      ['Input', '64 × 64, colour, stretch'],
    ],
    stamps: ['leaky'],
    training: {
      run: '0'.repeat(32),
      parameters: 11_000_000,
      config: { training: { epochs: 3, batchSize: 8, earlyStopping: null }, loss: { kind: 'crossEntropy' } },
      seconds: 60,
      best: { epoch: 2, metric: 'auroc', value: 0.9 },
    },
    about: { intendedUse: 'None <script>' },
  };
}

/** For tests: heat maps that were checked in every way. */
export function fakeExplanations(masked: boolean): Explanations {
  const scores = (['pointing', 'energy'] as const).map((name) => ({
    name,
    value: estimate,
    against: [
      { reference: 'area' as const, value: estimate, gain: { ...estimate, low: -0.1 } },
      { reference: 'randomised' as const, value: nothing, gain: nothing },
    ],
  }));
  const classes = ['a', 'b'].map((label) => ({ label, images: 4, pointing: estimate, energy: nothing }));
  return {
    format: 'osler-explanations/1',
    subject: '0'.repeat(32),
    sha256: '',
    epoch: 2,
    split: 'test',
    createdAt: '',
    images: 8,
    groups: 7,
    masks: masked ? { found: 5, missing: 2, empty: 1, share: estimate } : null,
    methods: (['cam', 'occlusion'] as const).map((method) => ({
      method,
      images: 8,
      grid: [7, 7],
      blank: 1,
      masked: masked ? { images: 5, scores, classes } : null,
      sanity: [1, 5].map((randomised) => ({
        randomised,
        layers: 5,
        similarity: randomised === 1 ? nothing : estimate,
      })),
      verdict: { sound: masked ? method === 'cam' : null, words: ['First.', 'Second <b>.'] },
    })),
    agreement: masked ? estimate : nothing,
    examples: [
      {
        id: 'images/<1>.png',
        label: 'a',
        decided: 'b',
        probability: 0.7,
        image: PICTURE,
        maps: [
          { method: 'cam', image: PICTURE, inside: 0.5 },
          { method: 'occlusion', image: PICTURE, inside: null },
        ],
      },
    ],
    notes: ['A note.'],
  };
}

/** For tests: a report with every part. `samples` of few or of one class make what cannot be estimated. */
export function fakeReport(options: {
  classes: readonly string[];
  samples: number;
  prevalence?: readonly number[];
  /** All logits alike. */
  flat?: boolean;
  masked?: boolean;
}): { file: EvaluationFile; parts: Parts; predictions: ReturnType<typeof fakePredictions> } {
  const { classes, samples, prevalence, flat = false, masked = true } = options;
  const predictions = {
    ...fakePredictions({ samples, classes, seed: 5, ...(prevalence && { prevalence }) }),
    meta: Array.from({ length: samples }, (_, i) => ({
      sex: i % 3 === 0 ? 'female' : 'male',
      age: 20 + ((i * 7) % 60),
    })),
  };
  if (flat) predictions.logits.fill(0);
  const evaluation = evaluate({
    validation: predictions,
    test: predictions,
    options: { positive: [classes[1]!], resamples: 30, subgroups: 'all' },
  });
  const subject = fakeSubject(classes);
  const cases = errorCases(evaluation, predictions, subject.id);
  const level = (strength: number) => ({
    kind: 'blur',
    unit: 'px',
    strength,
    amount: strength,
    metrics: evaluation.metrics,
  });
  const gates = [{ metric: 'auroc' as const, limit: 0.9 }];
  return {
    file: { ...evaluation, subject },
    predictions,
    parts: {
      errors: { ...cases, confident: cases.confident.map((one) => ({ ...one, image: PICTURE })) },
      explanations: fakeExplanations(masked),
      repeats: null,
      stress: robustness(evaluation, [1, 2, 3].map(level), gates),
    },
  };
}
