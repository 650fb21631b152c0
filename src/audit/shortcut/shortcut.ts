import type { Dataset, Sample } from '../../data/sample.ts';
import { unitOf } from '../../data/sample.ts';
import { type Columns, readColumns } from '../columns.ts';
import { featuresOf } from './features.ts';
import { FOLDS, Guesser, type Rows } from './guesser.ts';
import { judge } from './judge.ts';
import { type MeasureDeps, measureAll } from './measure-all.ts';
import type { Guess, ShortcutResult } from './result.ts';
import { drawSamples } from './sample.ts';

export interface ShortcutDeps extends MeasureDeps {
  seed?: number;
  /** Of a larger dataset so many images are drawn, by whole groups and rare classes first. */
  maxSamples?: number;
}

const MAX_SAMPLES = 3000;
/** A class with fewer units (patients, lesions) is too small to guess at. */
const MIN_UNITS = 10;
/** Columns of the source beyond these are too many to guess from one by one. */
const MAX_COLUMNS = 60;

/**
 * How well can the label be told from what is not anatomy? Measures file, dimensions, colour mode, compression, borders, the light
 * of the corners, noise and marks of each image, adds the source's columns, and guesses labels from them by cross-validation in
 * which a group is never on both sides. It is an alarm only when the interval bears it out and none of 49 permutations of the
 * labels among groups is guessed as well (`judge`). After DeGrave (2021) and Maguolo and Nanni (2021), who did this by hand for chest films.
 */
export async function shortcutAudit(
  dataset: Pick<Dataset, 'record' | 'samples' | 'path'>,
  deps: ShortcutDeps = {},
): Promise<ShortcutResult> {
  const { seed = 1, maxSamples = MAX_SAMPLES } = deps;
  const all = dataset.samples();
  const enough = largeEnough(all, dataset.record.classes);
  const usable = all.filter(({ label }) => enough.includes(label));
  const small = dataset.record.classes.filter((label) => !enough.includes(label));
  if (enough.length < 2) return notEstimable(all, tooFew(small), seed);
  const limit = Math.max(maxSamples, 2 * MIN_UNITS * enough.length);
  const measured = await measureAll(dataset, drawSamples(usable, limit, seed), deps);
  const { unreadable } = measured;
  const classes = largeEnough(measured.samples, enough);
  if (classes.length < 2) {
    const why = `${unreadable.length} of ${unreadable.length + measured.samples.length} images could not be read`;
    return { ...notEstimable(all, why, seed), unreadable };
  }
  const kept = [...measured.samples.keys()].filter((i) => classes.includes(measured.samples[i]!.label));
  const samples = kept.map((i) => measured.samples[i]!);
  const measurements = kept.map((i) => measured.measurements[i]!);
  const columns = withProvenance(first(readColumns(samples), MAX_COLUMNS), samples);
  const features = featuresOf(measurements, columns.columns);
  const rows = rowsOf(samples, classes);
  const guesser = new Guesser(rows, { seed, threads: deps.threads });
  try {
    return {
      ...(await judge(guesser, {
        samples,
        features,
        rows,
        classes,
        seed,
        onProgress: deps.onProgress,
        signal: deps.signal,
      })),
      columns: {
        used: columns.columns.filter(({ patient }) => !patient).map(({ name }) => name),
        left: columns.left,
      },
      samples: samples.length,
      of: all.length,
      groups: rows.unitCount,
      unreadable,
    };
  } finally {
    await guesser.close();
  }
}

function first({ columns, left }: Columns, count: number): Columns {
  const beyond = columns.slice(count).map(({ name }) => ({ name, reason: `there are more than ${count} columns` }));
  return { columns: columns.slice(0, count), left: [...left, ...beyond] };
}

/** Whether the source's table has a row for an image at all tells where the image came from. */
function withProvenance(columns: Columns, samples: readonly Sample[]): Columns {
  const rowless = samples.map(({ meta }) => Object.keys(meta).length === 0);
  if (!rowless.includes(true) || !rowless.includes(false)) return columns;
  const values = rowless.map((none) => (none ? 'no' : 'yes'));
  const row = { name: 'row in the table', kind: 'category' as const, patient: false, values };
  return { ...columns, columns: [...columns.columns, row] };
}

function largeEnough(samples: readonly Sample[], classes: readonly string[]): string[] {
  const units = new Map<string, Set<string>>(classes.map((label) => [label, new Set()]));
  for (const sample of samples) units.get(sample.label)?.add(unitOf(sample));
  return classes.filter((label) => units.get(label)!.size >= MIN_UNITS);
}

function rowsOf(samples: readonly Sample[], classes: readonly string[]): Rows {
  const index = new Map<string, number>();
  const units = Int32Array.from(samples, (sample) => {
    const unit = unitOf(sample);
    if (!index.has(unit)) index.set(unit, index.size);
    return index.get(unit)!;
  });
  const labels = Int32Array.from(samples, ({ label }) => classes.indexOf(label));
  return { labels, classes: classes.length, units, unitCount: index.size };
}

function tooFew(small: readonly string[]): string {
  if (small.length === 0) return 'there is one class only';
  const named = `${small.slice(0, 3).join(', ')}${small.length > 3 ? '...' : ''}`;
  return `it takes two classes with ${MIN_UNITS} patients or lesions each, and ${named} ${small.length === 1 ? 'has' : 'have'} fewer`;
}

function notEstimable(samples: readonly Sample[], why: string, seed: number): ShortcutResult {
  const reason = `not estimable: ${why}`;
  const nothing: Guess = { auroc: null, low: null, high: null, reason };
  return {
    verdict: 'notEstimable',
    ...nothing,
    summary: `whether the label can be told from what is not anatomy is ${reason}`,
    features: [],
    firm: nothing,
    families: [],
    classes: [],
    examples: [],
    appearance: nothing,
    patient: null,
    columns: { used: [], left: [] },
    samples: 0,
    of: samples.length,
    groups: new Set(samples.map(unitOf)).size,
    unreadable: [],
    test: { folds: FOLDS, permutations: 0, exceeded: 0, pValue: null, seed },
  };
}
