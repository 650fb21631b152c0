import type { Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { countCells, levelsOf } from './balance/cells.ts';
import { positivesForAuroc, samplesForProportion, wilsonWidth } from './balance/sizes.ts';
import type { BalanceResult, Cell, SampleSize, SmallCell } from './balance-result.ts';
import { readColumns } from './columns.ts';

export interface BalanceOptions {
  /** Whole width of the 95% interval that is wished for; 0.1 is plus or minus 0.05. */
  width?: number;
  /** The sensitivity or AUROC that widths are reckoned at. */
  expected?: number;
  /** Only these columns of the source; all that make sense by default. */
  columns?: readonly string[];
}

const WIDTH = 0.1;
const EXPECTED = 0.9;
/** Of subgroups; classes are all named. */
const NAMED = 12;
const IMBALANCED = 3;

/**
 * Class by split by subgroup: what is thin, how wide its figures would be, and how many more are needed. What counts is units
 * (patients, lesions, sets of copies), not images: those of one unit say little more than one of them.
 * @throws OslerError USAGE for a width or an expectation that is none, or a column that is not there
 */
export function balance(dataset: Pick<Dataset, 'record' | 'samples'>, options: BalanceOptions = {}): BalanceResult {
  const { width = WIDTH, expected = EXPECTED } = options;
  if (!(width > 0 && width < 1))
    throw new OslerError('USAGE', `An interval's width lies between 0 and 1, not ${width}.`);
  if (!(expected > 0 && expected < 1))
    throw new OslerError('USAGE', `An expected value lies between 0 and 1, not ${expected}.`);
  const samples = dataset.samples();
  const { classes } = dataset.record;
  const { columns, left } = readColumns(samples);
  const unknown = options.columns?.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) {
    const reason = left.find(({ name }) => name === unknown)?.reason;
    throw new OslerError(
      'USAGE',
      `The column "${unknown}" cannot be used: ${reason ?? 'there is none of that name'}.`,
      {
        hint: `There is: ${columns.map(({ name }) => name).join(', ') || 'none'}.`,
      },
    );
  }
  const wanted = columns.filter(({ name }) => options.columns?.includes(name) ?? true);
  const levels = wanted.map(levelsOf);
  const whole = countCells(samples, classes);
  const parts = levels.flatMap((cut) => countCells(samples, classes, cut));
  const needed = samplesForProportion(width, expected);
  const small = (cells: readonly Cell[]): SmallCell[] =>
    cells
      .filter(({ units }) => units < needed)
      .map((cell) => ({
        ...cell,
        width: cell.units === 0 ? null : wilsonWidth(cell.units, expected),
        missing: needed - cell.units,
      }))
      .sort((a, b) => a.units - b.units || a.samples - b.samples);
  // Only val and test are measured on; in train a class must be there at all.
  const measured = whole.filter((cell) => cell.split !== 'train' || cell.units === 0);
  const smallest = [
    ...small(measured),
    ...small(parts.filter((cell) => cell.split === 'test' && cell.samples > 0)).slice(0, NAMED),
  ];
  const sampleSizes = classes.flatMap((label) => sizesFor(label, whole, width, expected));
  const imbalance = ratio(whole);
  return {
    cells: [...whole, ...parts],
    columns: levels.map(({ name, values }) => ({ name, values })),
    left,
    smallest,
    sampleSizes,
    width,
    expected,
    imbalance,
    summary: words(smallest, sampleSizes, imbalance, whole),
  };
}

function sizesFor(label: string, whole: readonly Cell[], width: number, expected: number): SampleSize[] {
  const test = whole.filter(({ split }) => split === 'test');
  const present = test.find((cell) => cell.label === label)!.units;
  const others = test.reduce((sum, cell) => sum + (cell.label === label ? 0 : cell.units), 0);
  const common = { label, width, expected, present };
  const forSensitivity = samplesForProportion(width, expected);
  const forAuroc = positivesForAuroc(width, expected, others);
  return [
    { ...common, metric: 'sensitivity', needed: forSensitivity, enough: present >= forSensitivity },
    { ...common, metric: 'auroc', needed: forAuroc, enough: forAuroc !== null && present >= forAuroc },
  ];
}

/** Largest class of train over its smallest, in samples; null when one is missing. */
function ratio(whole: readonly Cell[]): number | null {
  const counts = whole.filter(({ split }) => split === 'train').map(({ samples }) => samples);
  const least = Math.min(...counts);
  return counts.length === 0 || least === 0 ? null : Math.max(...counts) / least;
}

function words(
  smallest: readonly SmallCell[],
  sizes: readonly SampleSize[],
  imbalance: number | null,
  whole: readonly Cell[],
): string[] {
  const lines: string[] = [];
  const empty = smallest.filter(({ column, samples }) => column === null && samples === 0);
  for (const split of ['train', 'val', 'test'] as const) {
    const labels = empty.filter((cell) => cell.split === split).map(({ label }) => label);
    if (labels.length > 0)
      lines.push(
        `${split} has no image of ${list(labels)}: ${split === 'train' ? 'a network cannot learn' : 'nothing can be said of'} ${labels.length === 1 ? 'it' : 'them'}; more images of it or another split (osler data split) would help`,
      );
  }
  const thin = smallest.filter(({ column, split, units }) => column === null && split === 'test' && units > 0);
  if (thin.length > 0) {
    const { needed, width, expected } = sizes.find(({ metric }) => metric === 'sensitivity')!;
    const named = thin.slice(0, 3).map(({ label, units, width: w }) => `${label} (${units}: ±${half(w!)})`);
    lines.push(
      `test is too small for a sensitivity of ${expected} ±${half(width)}, which takes ${needed} patients or lesions of a class: ${list(named, thin.length)}`,
    );
  }
  const subgroups = smallest.filter(({ column }) => column !== null);
  if (subgroups.length > 0) {
    const named = subgroups
      .slice(0, 3)
      .map(({ label, column, value, units }) => `${label}, ${column} ${value} (${units})`);
    lines.push(`smallest subgroups of test: ${named.join('; ')}; their figures are named as uncertain, never hidden`);
  }
  if (imbalance !== null && imbalance >= IMBALANCED) {
    const train = whole.filter(({ split }) => split === 'train').toSorted((a, b) => a.samples - b.samples);
    const [least, most] = [train[0]!, train.at(-1)!];
    lines.push(
      `train has ${imbalance.toFixed(imbalance < 10 ? 1 : 0)} times as many images of ${most.label} (${most.samples}) as of ${least.label} (${least.samples}); every image counts alike unless the recipe says loss.classWeights=balanced or data.sampling=balanced`,
    );
  }
  return lines;
}

function half(width: number): string {
  return (width / 2).toFixed(2);
}

function list(names: readonly string[], total = names.length): string {
  return total > names.length ? `${names.join(', ')} and ${total - names.length} more` : names.join(', ');
}
