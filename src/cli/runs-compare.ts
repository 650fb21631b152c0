import { OslerError } from '../errors.ts';
import { type Compared, compareRuns } from '../store/compare.ts';
import { openStore } from '../store/store.ts';
import { settleKilledRuns } from '../training/settle.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { csvLine } from './csv.ts';
import { finite, machineLast, noMetric, shortNumber, withoutEnds } from './runs-columns.ts';
import { sparkline } from './sparkline.ts';
import { type Column, tableLines } from './table.ts';

export interface CompareOptions {
  all?: boolean;
  metrics?: string;
  csv?: boolean;
}

const WIDTH = 16;

export async function compare(references: string[], options: CompareOptions, context: Context): Promise<void> {
  const { out, home, databaseUrl } = context;
  if (references.length < 2) throw new OslerError('USAGE', 'A comparison takes two runs or more.');
  if (options.csv === true && out.asJson) throw new OslerError('USAGE', '--csv and --json exclude one another.');
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const ids: string[] = [];
  for (const reference of references) ids.push((await store.tracked.find(reference)).id);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined) throw new OslerError('USAGE', `The run ${twice.slice(0, 12)} is named twice.`);
  const { runs, params, metrics } = compareRuns(await store.search.load(ids), await store.tracked.records(ids));
  const wanted = options.metrics?.split(',').map((key) => key.trim());
  const known = new Set(metrics.map(({ key }) => key));
  const unknown = wanted?.find((key) => !known.has(key));
  if (unknown !== undefined) throw noMetric('None of these runs has', unknown, [...known]);
  const shown = wanted === undefined ? metrics : metrics.filter(({ key }) => wanted.includes(key));
  const settings = options.all === true ? params : params.filter(({ same }) => !same);
  out.json({
    runs: runs.map(({ startedAt, endedAt, ...rest }) => ({
      ...rest,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    })),
    params: settings,
    metrics: shown.map(({ key, values, same }) => ({ key, values: values.map(finite), same })),
  });
  if (out.asJson) return;
  if (options.csv === true) {
    out.line(csvLine(['kind', 'key', ...runs.map(({ id }) => id)]));
    for (const { key, values } of settings) out.line(csvLine(['param', key, ...values]));
    for (const { key, values } of shown) out.line(csvLine(['metric', key, ...values]));
    return;
  }
  const curves = new Map(
    (await store.curves.sample({ runs: ids, keys: shown.map(({ key }) => key), points: WIDTH })).map((curve) => [
      `${curve.run} ${curve.key}`,
      sparkline(curve.mean, WIDTH),
    ]),
  );
  const titles = runs.map(({ id, name }) => `${name.slice(0, 20)} ${id.slice(0, 6)}`);
  for (const line of tableLines(
    settings,
    columns('setting', titles, (row, i) => row.values[i] ?? '–'),
  ))
    out.line(line);
  const hidden = params.length - settings.length;
  if (hidden > 0) out.line(pc.dim(`${hidden} settings are the same in all; --all shows them`));
  if (shown.length === 0) return;
  if (params.length > 0) out.line();
  const cell = (row: Compared<number>, i: number): string => {
    const value = row.values[i];
    return value == null ? '–' : `${shortNumber(value).padStart(9)} ${curves.get(`${ids[i]} ${row.key}`) ?? ''}`;
  };
  const read = wanted === undefined ? withoutEnds(shown) : shown;
  for (const line of tableLines(machineLast(read), columns('metric', titles, cell))) out.line(line);
  const ends = shown.length - read.length;
  if (ends > 0) out.line(pc.dim(`${ends} ends of intervals are left out; --csv and --json have them`));
}

function columns<Row extends Compared<unknown>>(
  what: string,
  titles: string[],
  cell: (row: Row, i: number) => string,
): Column<Row>[] {
  return [
    { title: what, cell: (row) => row.key },
    ...titles.map((title, i) => ({ title, cell: (row: Row) => cell(row, i), max: 40 })),
  ];
}
