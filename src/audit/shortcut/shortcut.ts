import type { Dataset, Sample } from '../../data/sample.ts';
import { unitOf } from '../../data/sample.ts';
import { type Columns, readColumns } from '../columns.ts';
import { pickExamples, type Voice } from './examples.ts';
import { type Feature, featuresOf } from './features.ts';
import { FOLDS, Guesser, type Rows } from './guesser.ts';
import { type MeasureDeps, measureAll } from './measure-all.ts';
import { REMEDIES } from './remedies.ts';
import { FAMILIES, type Family, type Guess, type ShortcutFeature, type ShortcutResult } from './result.ts';
import { drawSamples } from './sample.ts';
import { guessText, typicalText } from './words.ts';

export interface ShortcutDeps extends MeasureDeps {
  seed?: number;
  /** Of a larger dataset so many images are drawn, by whole groups and rare classes first. */
  maxSamples?: number;
}

const MAX_SAMPLES = 3000;
/** A class with fewer units (patients, lesions) is too small to guess at. */
const MIN_UNITS = 10;
const LISTED = 12;
/** Of one kind: width, height, aspect and size say much the same. */
const LISTED_EACH = 3;
/** A feature that predicts less than this carries nothing, however sure that is. */
const CARRIES = 0.55;

/**
 * How well can the label be told from what is not anatomy? Measures file, dimensions, colour mode, compression, borders, the light
 * of the corners, noise and marks of each image, adds the source's columns, and guesses labels from them by cross-validation in
 * which a group is never on both sides. It is an alarm only when the interval lies above 0.5 and none of 49 permutations of the
 * labels among groups is guessed as well. After DeGrave (2021) and Maguolo and Nanni (2021), who did this by hand for chest films.
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
  const measured = await measureAll(dataset, drawSamples(usable, maxSamples, seed), deps);
  const { samples, measurements, unreadable } = measured;
  const classes = largeEnough(samples, enough);
  if (classes.length < enough.length)
    return { ...notEstimable(all, `only ${samples.length} images could be read`, seed), unreadable };
  const columns = withProvenance(readColumns(samples), samples);
  const features = featuresOf(measurements, columns.columns);
  const rows = rowsOf(samples, classes);
  const guesser = new Guesser(rows, { seed, threads: deps.threads });
  try {
    return {
      ...(await judge(guesser, { samples, features, rows, classes, deps })),
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

interface Material {
  samples: readonly Sample[];
  features: readonly Feature[];
  rows: Rows;
  classes: readonly string[];
  deps: ShortcutDeps;
}

type Judgement = Omit<ShortcutResult, 'columns' | 'samples' | 'of' | 'groups' | 'unreadable'>;

async function judge(guesser: Guesser, { samples, features, rows, classes, deps }: Material): Promise<Judgement> {
  const { seed = 1, onProgress } = deps;
  const of = (family: Feature['family']): Feature[] => features.filter((feature) => feature.family === family);
  const technical = features.filter(({ family }) => family !== 'appearance' && family !== 'patient');
  const step = (done: number): void => {
    deps.signal?.throwIfAborted();
    onProgress?.({ task: 'guessing labels without anatomy', done });
  };
  const guess = async (some: readonly Feature[]): Promise<Guess> =>
    some.length === 0 ? UNIFORM : (await guesser.guess(some)).macro;
  const whole = technical.length === 0 ? undefined : await guesser.guess(technical, true);
  const macro = whole?.macro ?? UNIFORM;
  const above = macro.low !== null && macro.low > 0.5;
  // What the interval does not bear out needs no permutations.
  const test = above ? await guesser.permute(technical, macro.auroc!, step) : { permutations: 0, exceeded: 0 };
  const found = above && test.exceeded === 0;
  const families = await Promise.all(
    FAMILIES.filter((family) => of(family).length > 0).map(async (family) => ({
      family,
      features: of(family).length,
      ...(await guess(of(family))),
    })),
  );
  const voices = found ? await listen(guesser, technical, rows, classes) : [];
  const patient = of('patient');
  return {
    verdict: found ? 'found' : 'quiet',
    ...(found || macro.low === null ? macro : { ...macro, low: Math.min(macro.low, 0.5) }),
    summary: summarise(found, macro, voices, classes, whole?.each ?? []),
    features: voices.map(({ told }) => told),
    families: families.sort(stronger),
    classes: classes.map((label, k) => ({
      label,
      samples: rows.labels.reduce((sum, of) => sum + (of === k ? 1 : 0), 0),
      ...(whole?.each[k] ?? UNIFORM),
    })),
    examples: found ? pickExamples(samples, rows.labels, rows.units, classes, whole!.probabilities, voices) : [],
    appearance: await guess(of('appearance')),
    patient:
      patient.length === 0
        ? null
        : { ...(await guess(patient)), columns: patient.map(({ name }) => name.replace('column:', '')) },
    test: {
      folds: FOLDS,
      ...test,
      pValue: test.permutations === 0 ? null : (1 + test.exceeded) / (1 + test.permutations),
      seed,
    },
  };
}

/** Each feature alone, and those that carry the guess. */
async function listen(guesser: Guesser, features: readonly Feature[], rows: Rows, classes: readonly string[]) {
  const members = classes.map((_, k) => [...rows.labels.keys()].filter((row) => rows.labels[row] === k));
  const heard = await Promise.all(
    features.map(async (feature) => {
      const { macro, each, probabilities } = await guesser.guess([feature]);
      const best = strongest(each);
      const told: ShortcutFeature = {
        name: feature.name,
        title: feature.title,
        family: feature.family as Family,
        ...macro,
        tells: classes.length > 2 ? { ...each[best]!, label: classes[best]! } : null,
        byClass: Object.fromEntries(classes.map((label, k) => [label, typicalText(feature, members[k]!)])),
        remedy: REMEDIES[feature.family as Family],
      };
      return { feature, probabilities, told } satisfies Voice & { told: ShortcutFeature };
    }),
  );
  const loudest = ({ told }: { told: ShortcutFeature }): Guess => told.tells ?? told;
  heard.sort((a, b) => stronger(loudest(a), loudest(b)));
  const carrying = heard.filter((one) => loudest(one).auroc! >= CARRIES && (loudest(one).low ?? 0) > 0.5);
  // Where only several together give the label away, the strongest stand for them.
  const chosen = carrying.length > 0 ? carrying : heard.slice(0, 3);
  const before = (at: number): number =>
    chosen.slice(0, at).filter(({ told }) => told.family === chosen[at]!.told.family).length;
  return chosen.filter((_, at) => before(at) < LISTED_EACH).slice(0, LISTED);
}

/** Nothing that was measured differs between images. */
const UNIFORM: Guess = { auroc: 0.5, low: 0.5, high: 0.5 };

/** Index of the class that is told best. */
function strongest(each: readonly Guess[]): number {
  return each.reduce((most, guess, k) => ((guess.auroc ?? 0) > (each[most]!.auroc ?? 0) ? k : most), 0);
}

function stronger(a: Guess, b: Guess): number {
  return (b.auroc ?? 0) - (a.auroc ?? 0);
}

function summarise(
  found: boolean,
  macro: Guess,
  voices: readonly { told: ShortcutFeature }[],
  classes: readonly string[],
  each: readonly Guess[],
): string {
  if (!found) return `the label cannot be told from what is not anatomy: AUROC ${guessText(macro)}`;
  const carriers = voices.slice(0, 3).map(({ told: { title, tells, auroc } }) => {
    return tells === null ? `${title} ${auroc!.toFixed(2)}` : `${title} (${tells.label} ${tells.auroc!.toFixed(2)})`;
  });
  const best = strongest(each);
  const worst = classes.length > 2 ? `, ${classes[best]} against the rest ${each[best]!.auroc!.toFixed(2)}` : '';
  return `the label can be told without anatomy: AUROC ${guessText(macro)}${worst}; by ${carriers.join(', ')}`;
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
