import type { Split } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { inOrder } from '../../evaluation/comparison/align.ts';
import type { Side } from '../../evaluation/comparison/compare.ts';
import { inClassOrder } from '../../evaluation/decisions/reorder.ts';
import type { Measuring } from '../../evaluation/measuring.ts';
import type { Workplace } from '../workplace.ts';
import { choose } from './choice.ts';
import type { Evaluated } from './find.ts';

export interface SideOptions {
  split: Split;
  /** A folder or a dataset that is none of the model's own. */
  data?: string;
  dataset?: string;
  /** How each threshold is chosen on validation, where not by the model itself. */
  rule?: string;
  resamples: number;
  seed: number;
  /** The same for all models. */
  positive: string[] | null;
}

/** Measures one model on the common samples by its own decisions, which are fitted on its own validation samples. */
export async function measureSide(
  name: string,
  evaluated: Evaluated,
  predictions: Side['predictions'],
  options: SideOptions,
  measuring: Measuring,
  place: Pick<Workplace, 'out'>,
): Promise<Side> {
  const asked = {
    split: options.split,
    positive: options.positive,
    decision: evaluated.decision,
    resamples: options.resamples,
    seed: options.seed,
    ...(options.rule === undefined ? {} : { rule: options.rule }),
  };
  const wanted = {
    ...(options.data === undefined && options.dataset === undefined ? {} : { data: 'elsewhere' }),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
    ...(sameClasses(options.positive, evaluated.positive) ? {} : { positive: options.positive!.join(',') }),
  };
  const { validation, given } = await choose(evaluated, wanted, asked, place);
  const evaluation = await measuring.evaluate({
    validation: validation && inOrder(validation, predictions.classes),
    test: predictions,
    options: { ...asked, ...inClassOrder(given, evaluated.labels, predictions.classes) },
  });
  return { subject: { ...evaluated.subject, name }, predictions, evaluation };
}

/** The positive classes, which must be the same for all. Null when there are none. Throws USAGE. */
export function positiveOf(
  models: readonly { name: string; evaluated: Evaluated }[],
  asked: string | undefined,
): string[] | null {
  if (asked !== undefined) {
    const names = asked.split(',').map((name) => name.trim());
    if (names.includes('')) throw new OslerError('USAGE', `--positive ${asked} has an empty name.`);
    return names;
  }
  const own = models.map(({ evaluated: { positive, labels } }) =>
    positive?.length ? positive : labels.length === 2 ? [labels[1]!] : null,
  );
  const other = own.findIndex((positive) => !sameClasses(positive, own[0]!));
  if (other < 0) return own[0]!;
  const say = (m: number) => `${models[m]!.name} asks for ${own[m]?.join(', ') ?? 'none'}`;
  throw new OslerError('USAGE', `The models have other positive classes: ${say(0)}, ${say(other)}.`, {
    hint: 'Say which ones count: --positive CLASS,CLASS.',
  });
}

function sameClasses(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return [...(a ?? [])].sort().join('\n') === [...(b ?? [])].sort().join('\n');
}

/** On a split that leaks the model that remembers better looks better. */
export function leakNotes(sides: readonly Side[], { data }: Pick<SideOptions, 'data'>): string[] {
  const leaky = sides.filter(({ subject }) => subject.stamps.includes('leaky')).map(({ subject }) => subject.name);
  if (data !== undefined || leaky.length === 0) return [];
  return [
    `${leaky.join(', ')}: the split leaks, so that train knows some of these samples. The model that remembers better may look like the better one.`,
  ];
}

/** What is measured on samples that a model was chosen by, or has learnt from, flatters it. */
export function splitNotes({ split, data }: { split: string; data?: string }): string[] {
  if (data !== undefined || split === 'test') return [];
  return split === 'val'
    ? ['Checkpoint, calibration and threshold were chosen on validation: there the models look better than they are.']
    : ['The models have learnt from these very samples: this says how well they remember, not how well they do.'];
}

/** Sensitivities at thresholds that were chosen by other rules say little. */
export function pointNotes(sides: readonly Side[]): string[] {
  const rules = sides.map(({ evaluation }) => evaluation.operatingPoint?.rule ?? null);
  if (new Set(rules).size < 2) return [];
  return [
    `Their thresholds were chosen by different rules (${rules.map((rule, i) => `${sides[i]!.subject.name}: ${rule ?? 'none'}`).join(', ')}): compare what does not depend on one, or measure all by the same rule.`,
  ];
}
