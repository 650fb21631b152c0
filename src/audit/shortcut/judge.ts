import type { Sample } from '../../data/sample.ts';
import type { OnProgress } from '../../progress.ts';
import { pickExamples, type Voice } from './examples.ts';
import type { Feature } from './features.ts';
import { FOLDS, type Guesser, type Rows } from './guesser.ts';
import type { Measured } from './interval.ts';
import { REMEDIES } from './remedies.ts';
import { FAMILIES, type Family, type Guess, type ShortcutFeature, type ShortcutResult } from './result.ts';
import { guessText, typicalText } from './words.ts';

const LISTED = 12;
/** Of one kind: width, height, aspect and size say much the same. */
const LISTED_EACH = 3;
/**
 * Lowest end of an interval that is an alarm. Above one half, for as the audit asks of every dataset some of them are unlike by chance,
 * and what tells next to nothing does no harm.
 */
const FIRM = 0.55;
/**
 * The same where anatomy has a little part: drawn lesions without any shortcut reach an AUROC of
 * 0.6, as larger ones are photographed from farther away.
 */
const MATTERS = 0.6;
/** A feature that predicts less than this carries nothing, however sure that is. */
const CARRIES = 0.55;

export interface Material {
  samples: readonly Sample[];
  features: readonly Feature[];
  rows: Rows;
  classes: readonly string[];
  seed: number;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** All of the result that follows from guessing. */
export type Judgement = Omit<ShortcutResult, 'columns' | 'samples' | 'of' | 'groups' | 'unreadable'>;

/** A guess and its test. */
interface Trial {
  features: readonly Feature[];
  guess: Awaited<ReturnType<Guesser['guess']>>;
  test: { permutations: number; exceeded: number };
  found: boolean;
}

/**
 * Guesses, tests, and says what carries it. Two trials decide. What anatomy has no part in (dimensions, headers, borders, columns)
 * is an alarm as soon as it tells more than chance may. All features together, among them noise and light, in which a little of the anatomy is
 * always left, are one when they say something that matters.
 */
export async function judge(guesser: Guesser, material: Material): Promise<Judgement> {
  const { samples, features, rows, classes, seed, onProgress, signal } = material;
  const of = (family: Feature['family']): Feature[] => features.filter((feature) => feature.family === family);
  const all = features.filter(({ family }) => family !== 'appearance' && family !== 'patient');
  const step = (done: number): void => {
    signal?.throwIfAborted();
    onProgress?.({ task: 'guessing labels without anatomy', done });
  };
  const guess = async (some: readonly Feature[]): Promise<Guess> =>
    some.length === 0 ? UNIFORM : (await guesser.guess(some)).macro;
  const firm = await attempt(
    guesser,
    all.filter(({ soft }) => !soft),
    ({ macro }) => above(macro, FIRM),
    step,
  );
  const whole = await attempt(guesser, all, (said) => !firm?.found && matters(said), step);
  const found = firm?.found === true || whole?.found === true;
  // Features that say nothing can hide those that do: then these speak for themselves.
  const told = firm?.found && !above(whole!.guess.macro, firm.guess.macro.low!) ? firm : whole;
  const macro = told?.guess.macro ?? UNIFORM;
  const { test } = (firm?.found ? firm : whole) ?? { test: UNTESTED };
  const families = await Promise.all(
    FAMILIES.filter((family) => of(family).length > 0).map(async (family) => ({
      family,
      features: of(family).length,
      ...(await guess(of(family))),
    })),
  );
  const voices = found ? await listen(guesser, told!.features, rows, classes) : [];
  const patient = of('patient');
  return {
    verdict: found ? 'found' : 'quiet',
    ...(found || macro.low === null ? macro : { ...macro, low: Math.min(macro.low, 0.5) }),
    summary: summarise(found, macro, voices, classes, told?.guess.each ?? []),
    features: voices.map(({ told }) => told),
    firm: firm?.guess.macro ?? UNIFORM,
    families: families.sort(stronger),
    classes: classes.map((label, k) => ({
      label,
      samples: rows.labels.reduce((sum, of) => sum + (of === k ? 1 : 0), 0),
      ...(told?.guess.each[k] ?? UNIFORM),
    })),
    examples: found ? pickExamples(samples, rows.labels, rows.units, classes, told!.guess.probabilities, voices) : [],
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

/** Guesses from the features, and where it is `worth` it tests the guess by permutations. Undefined without features. */
async function attempt(
  guesser: Guesser,
  features: readonly Feature[],
  worth: (said: Measured) => boolean,
  step: (done: number) => void,
): Promise<Trial | undefined> {
  if (features.length === 0) return undefined;
  const guess = await guesser.guess(features, true);
  if (!worth(guess)) return { features, guess, test: UNTESTED, found: false };
  const test = await guesser.permute(features, guess.macro.auroc!, step);
  return { features, guess, test, found: test.exceeded === 0 };
}

const UNTESTED = { permutations: 0, exceeded: 0 };

/** Told well enough, all classes or one of them, to be more than anatomy's trace. */
function matters({ macro, each }: Measured): boolean {
  return above(macro, 0.5) && (above(macro, MATTERS) || each.some((guess) => above(guess, MATTERS)));
}

function above({ low }: Guess, level: number): boolean {
  return low !== null && low > level;
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
