/**
 * Osler's samplers side by side with Optuna's, on published test functions and one real training space, same number of trials, the best
 * value of each seed. Optuna runs with its defaults; the objective is the same code for both.
 *
 *     ./osler bench sweep [--trials 60] [--seeds 20] [--no-training] [--gp]
 */
import { parseArgs } from 'node:util';
import { normalCdf } from '../../src/evaluation/statistics/distributions.ts';
import { pythonWith } from '../python.ts';
import { FUNCTIONS, type TestFunction } from './functions.ts';
import { Optuna, searchOsler } from './search.ts';
import { trainingSpace } from './training.ts';

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    trials: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '20' },
    training: { type: 'boolean', default: true },
    /** Osler's Gaussian process beside them: some 20 ms a suggestion. */
    gp: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const OPTUNA = '5.0.0';
/** Of 80 settings: with more every search finds the best. */
const TRAINING_TRIALS = 15;

const columns = ['random', 'Optuna', 'Sobol', 'TPE', 'Optuna', ...(options.gp ? ['GP'] : [])];
const optuna = new Optuna(pythonWith('optuna', [`optuna==${OPTUNA}`]));
const rows: { rival: 'random' | 'tpe'; worse: number; better: number; z: number }[] = [];
const spent = { osler: 0, optuna: 0, asked: 0 };

function print(cells: readonly string[]): void {
  const widths = [26, ...columns.map(() => 10), 14, 14];
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' ')}\n`,
  );
}

async function row(f: TestFunction, trials: number): Promise<void> {
  const value: TestFunction['value'] = (params) => f.value(params);
  const best = async (search: (seed: number) => Promise<number[]>): Promise<number[]> => {
    const out: number[] = [];
    for (const seed of seeds) out.push(Math.min(...(await search(seed))));
    return out;
  };
  const own = (kind: 'random' | 'sobol' | 'tpe' | 'gp') =>
    best((seed) => searchOsler(kind, f.space, seed, trials, value));
  const peer = (kind: 'random' | 'tpe') => best((seed) => optuna.search(kind, f.space, seed, trials, value));
  const random = await own('random');
  const theirRandom = await peer('random');
  const sobol = await own('sobol');
  const from = performance.now();
  const tpe = await own('tpe');
  const between = performance.now();
  const theirTpe = await peer('tpe');
  spent.osler += between - from;
  spent.optuna += performance.now() - between;
  spent.asked += seeds.length * trials;
  const gp = options.gp ? [await own('gp')] : [];
  const against = [compare('random', random, theirRandom), compare('tpe', tpe, theirTpe)];
  print([
    f.name,
    ...[random, theirRandom, sobol, tpe, theirTpe, ...gp].map((list) => short(median(list))),
    ...against.map(({ worse, better }) => `${worse.toFixed(2)} / ${better.toFixed(2)}`),
  ]);
}

/** One-sided p values of the rank-sum test (Mann and Whitney, with ties): that Osler's are higher, and that they are lower. */
function compare(rival: 'random' | 'tpe', own: readonly number[], theirs: readonly number[]) {
  let wins = 0;
  for (const a of own) for (const b of theirs) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const [n, m] = [own.length, theirs.length];
  const all = [...own, ...theirs];
  const ties = [...Map.groupBy(all, (v) => v).values()].reduce((sum, { length: t }) => sum + t ** 3 - t, 0);
  const sd = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  const z = sd > 0 ? (wins - (n * m) / 2) / sd : 0;
  const result = { rival, worse: normalCdf(-z), better: normalCdf(z), z };
  rows.push(result);
  return result;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const short = (value: number): string => (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4));

try {
  const trials = Number(options.trials);
  process.stdout.write(
    `${trials} trials, ${seeds.length} seeds; median of the best value, lower is better; Optuna ${OPTUNA}\n`,
  );
  process.stdout.write('p: chance of such a difference if Osler were no worse / no better (rank sum)\n\n');
  print(['', ...columns, 'p random', 'p TPE']);
  for (const f of FUNCTIONS) await row(f, trials);
  if (options.training) {
    const training = await trainingSpace();
    try {
      await row(training, Math.min(trials, TRAINING_TRIALS));
      process.stdout.write(
        `\nthe last row: ${Math.min(trials, TRAINING_TRIALS)} trials; validation loss after 4 epochs, ${training.trained.size} real trainings\n`,
      );
    } finally {
      training.close();
    }
  }
  for (const rival of ['random', 'tpe'] as const) {
    const own = rows.filter((one) => one.rival === rival);
    // Holm's correction over the rows.
    const sorted = own.map(({ worse }) => worse).sort((a, b) => a - b);
    const worse = sorted[0]! * sorted.length < 0.05;
    // Stouffer's sum over the rows: above 0 is worse.
    const together = own.reduce((sum, { z }) => sum + z, 0) / Math.sqrt(own.length);
    process.stdout.write(
      `\n${rival}: worse than Optuna's on any row (Holm, 5%): ${worse ? 'YES' : 'no'}; ` +
        `all rows together: p ${normalCdf(-together).toFixed(2)} for worse, ${normalCdf(together).toFixed(2)} for better`,
    );
  }
  const pace = (ms: number) => (ms / spent.asked).toFixed(2);
  process.stdout.write(
    `\nTPE, a suggestion: ${pace(spent.osler)} ms, Optuna ${pace(spent.optuna)} ms (${(spent.optuna / spent.osler).toFixed(1)}x)\n`,
  );
} finally {
  optuna.close();
}
