import { relative } from 'node:path';
import { OslerError } from '../errors.ts';
import { acceptedWords, stampWords } from '../store/leak-stamp.ts';
import type { Pair } from '../store/log-batch.ts';
import { runDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { openStore } from '../store/store.ts';
import { settleKilledRuns } from '../training/settle.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { csvLine } from './csv.ts';
import { inLine } from './printable.ts';
import { bestText, finite, painted, shortNumber } from './runs-columns.ts';
import { sparkline } from './sparkline.ts';
import { type Column, tableLines } from './table.ts';

const WIDTH = 32;

export async function show(
  reference: string,
  options: { csv?: boolean },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  if (options.csv === true && out.asJson) throw new OslerError('USAGE', '--csv and --json exclude one another.');
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const info = await store.tracked.find(reference);
  const record = (await store.tracked.records([info.id])).get(info.id) ?? null;
  const [found] = await store.search.load([info.id]);
  const { params, tags } = found!;
  const curves = new Map((await store.curves.sample({ runs: [info.id], points: WIDTH })).map((c) => [c.key, c.mean]));
  const metrics = await store.curves.summary(info.id);
  const artifacts = await store.artifacts.list(info.id);
  const models = await store.loggedModels.ofRun(info.id);
  const experiment = (await store.experiments.get(info.experimentId)).name;
  out.json({
    ...(record ?? {
      id: info.id,
      name: info.name,
      status: info.status,
      createdAt: new Date(info.startedAt).toISOString(),
      endedAt: info.endedAt === null ? null : new Date(info.endedAt).toISOString(),
    }),
    experiment,
    user: info.user,
    params: Object.fromEntries(params.map(({ key, value }) => [key, value])),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    metrics: metrics.map(({ key, values, last, lowest, highest }) => ({
      key,
      points: values,
      last: finite(last),
      min: lowest === null ? null : finite(lowest),
      max: highest === null ? null : finite(highest),
    })),
    artifacts,
    loggedModels: models.map(({ id, name, modelType, status, role }) => ({ id, name, type: modelType, status, role })),
  });
  if (options.csv === true) {
    out.line(csvLine(['kind', 'key', 'value']));
    for (const { key, value } of params) out.line(csvLine(['param', key, value]));
    for (const { key, value } of tags) out.line(csvLine(['tag', key, value]));
    for (const { key, last } of metrics) out.line(csvLine(['metric', key, last]));
    for (const { path, sha256 } of artifacts) out.line(csvLine(['artifact', path, sha256]));
    return;
  }
  out.line(`${pc.bold(inLine(info.name))}  ${painted(info.status, info.status)}  ${pc.dim(info.id)}`);
  const facts: [string, string][] = [
    ...(experiment === 'Default' ? [] : ([['experiment', experiment]] as [string, string][])),
    ...(record === null ? foreignFacts(info) : trainingFacts(record)),
    ...(record === null
      ? []
      : ([['folder', relative(process.cwd(), runDir(home, info.id)) || '.']] as [string, string][])),
    ...models.map(({ role, ...model }): [string, string] => [
      role === 'made' ? 'logged' : 'read',
      `${inLine(`${model.name}, ${model.modelType ?? 'model'}, ${model.status}`)}  ${pc.dim(model.id)}`,
    ]),
  ];
  for (const [name, text] of facts) out.line(`  ${name.padEnd(10)} ${text.replaceAll('\n', '\ufffd')}`);
  const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void => {
    if (rows.length === 0) return;
    out.line();
    for (const line of tableLines(rows, columns)) out.line(line);
  };
  const pairs = (title: string): Column<Pair>[] => [
    { title, cell: ({ key }) => key },
    { title: 'value', cell: ({ value }) => value.replaceAll('\n', ' '), max: 80 },
  ];
  table(record === null ? params : [], pairs('parameter'));
  table(
    tags.filter(({ key }) => !key.startsWith('mlflow.')),
    pairs('tag'),
  );
  table(metrics, [
    { title: 'metric', cell: (m) => m.key },
    { title: 'points', cell: (m) => String(m.values), align: 'right' },
    { title: 'last', cell: (m) => shortNumber(m.last), align: 'right' },
    { title: 'lowest', cell: (m) => (m.lowest === null ? '' : shortNumber(m.lowest)), align: 'right' },
    { title: 'highest', cell: (m) => (m.highest === null ? '' : shortNumber(m.highest)), align: 'right' },
    { title: 'curve', cell: (m) => sparkline(curves.get(m.key) ?? [], WIDTH) },
  ]);
  table(artifacts, [
    { title: 'file', cell: (a) => a.path },
    { title: 'kind', cell: (a) => a.kind },
    { title: 'bytes', cell: (a) => String(a.bytes), align: 'right' },
    { title: 'sha256', cell: (a) => a.sha256.slice(0, 12) },
  ]);
}

function trainingFacts(run: RunRecord): [string, string][] {
  return [
    [
      'model',
      `${run.model.name}, ${run.model.classes} classes, ${run.model.inputSize.join('x')}x${run.model.channels}`,
    ],
    ['dataset', `${run.dataset.name}@${run.dataset.version}  ${pc.dim(run.dataset.digest.slice(0, 12))}`],
    ...(run.failure === null ? [] : ([['failed', run.failure]] as [string, string][])),
    ['best', bestText(run)],
    ['time', `${run.seconds.toFixed(1)} s, ${run.imagesPerSecond.toFixed(1)} images/s`],
    ['seed', String(run.seed)],
    ...(run.group === null ? [] : ([['group', groupWords(run.group)]] as [string, string][])),
    [
      'engine',
      `LibTorch ${run.engine.libtorch}, ${run.engine.capability}, ${run.engine.threads} threads, ${run.engine.device}`,
    ],
    [
      'code',
      `Osler ${run.code.version}${run.code.commit === null ? '' : ` at ${run.code.commit.slice(0, 12)}${run.code.dirty ? ', changed' : ''}`}`,
    ],
    ['stamps', stampWords(run.stamps, run.leaks).join(', ') || 'none'],
    ...acceptedFacts(run),
  ];
}

/** Who took the leaks on themselves, when and why; nothing without leaks. */
function acceptedFacts({ leaks }: RunRecord): [string, string][] {
  const words = acceptedWords(leaks);
  return words === null ? [] : [['', words]];
}

function foreignFacts(info: { user: string; startedAt: number; endedAt: number | null }): [string, string][] {
  const duration = info.endedAt === null ? '' : `, ${((info.endedAt - info.startedAt) / 1000).toFixed(1)} s`;
  return [
    ['logged by', `${info.user || 'another program'}`],
    ['started', `${new Date(info.startedAt).toISOString().slice(0, 19).replace('T', ' ')}${duration}`],
  ];
}

/** "3f2a9c41d0e8, fold 2 of 5, counted from 0" */
function groupWords({ id, kind, index, of }: NonNullable<RunRecord['group']>): string {
  const which = kind === 'folds' ? `fold ${index} of ${of}, counted from 0` : `${index + 1} of ${of} seeds`;
  return `${id.slice(0, 12)}, ${which}`;
}
