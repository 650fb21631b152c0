import type { Command } from 'commander';
import { Evidence } from '../registry/evidence.ts';
import { needModel } from '../registry/metadata.ts';
import { findVersion, parseVersionRef, versionName } from '../registry/names.ts';
import type { ModelRow, VersionRow } from '../store/registry/types.ts';
import { openStore, type Store } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import {
  decisionDocument,
  decisionLines,
  evidenceLines,
  headMetric,
  metricWords,
  paintStatus,
  shortTime,
  stampLines,
  time,
  versionDocument,
} from './models-output.ts';
import { inLine } from './printable.ts';
import { tableLines } from './table.ts';

export function register(models: Command, ctx: Context): void {
  models
    .command('list')
    .description('all registered models')
    .option('--filter <filter>', "name LIKE 'skin%' AND tags.ward = 'A3'")
    .addHelpText('after', '\nExamples:\n  osler models list\n  osler models list --filter "name LIKE \'skin%\'" --json')
    .action((options: { filter?: string }) => list(options, ctx));
  models
    .command('show')
    .description('a model with its versions, or one version: lineage, metrics, decisions and their evidence')
    .argument('<what>', 'skin, skin@3 or skin@champion')
    .addHelpText(
      'after',
      '\nExamples:\n  osler models show skin\n  osler models show skin@champion\n  osler models show skin@3 --json',
    )
    .action((what: string) => show(what, ctx));
}

/** More than a clinic has; the server's API pages. */
const MOST = 10_000;

async function list({ filter }: { filter?: string }, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const models = await store.registry.models({ limit: MOST, offset: 0, ...(filter === undefined ? {} : { filter }) });
  const rows: { model: ModelRow; versions: VersionRow[] }[] = [];
  for (const model of models) rows.push({ model, versions: await store.registry.versions(model.name) });
  out.json(
    rows.map(({ model: { id: _, createdAt, updatedAt, ...rest }, versions }) => ({
      ...rest,
      createdAt: time(createdAt),
      updatedAt: time(updatedAt),
      versions: versions.length,
      latest: versions[0]?.version ?? null,
      status: Object.fromEntries(versions.map(({ version, status }) => [version, status])),
    })),
  );
  if (rows.length === 0) return out.line('No registered models. Register one: osler models register RUN --name NAME');
  const lines = tableLines(rows, [
    { title: 'model', cell: ({ model }) => model.name, paint: pc.cyan, max: 40 },
    { title: 'versions', cell: ({ versions }) => String(versions.length), align: 'right' },
    { title: 'champion', cell: ({ model }) => String(model.aliases.champion ?? ''), align: 'right' },
    {
      title: 'AUROC of the champion',
      cell: ({ model, versions }) => {
        const champion = versions.find(({ version }) => version === model.aliases.champion);
        return champion === undefined ? '' : headMetric(champion);
      },
    },
    {
      title: 'pending',
      cell: ({ versions }) => String(versions.filter((v) => v.status === 'pending').length || ''),
      align: 'right',
    },
    { title: 'changed', cell: ({ model }) => shortTime(time(model.updatedAt)) },
    { title: 'what', cell: ({ model }) => model.description ?? '', max: 40 },
  ]);
  for (const line of lines) out.line(line);
}

async function show(what: string, ctx: Context): Promise<void> {
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const ref = parseVersionRef(what);
  if (ref.version === undefined && ref.alias === undefined) await showModel(store, ref.model, ctx);
  else await showVersion(store, await findVersion(store.registry, ref), ctx);
}

async function showModel(store: Store, name: string, { out }: Context): Promise<void> {
  const model = await needModel(store.registry, name);
  const versions = await store.registry.versions(name);
  const overridden = new Map<number, boolean>();
  for (const { modelId, version } of versions) {
    const decisions = await store.registry.decisions(modelId, version);
    overridden.set(
      version,
      decisions.some(({ override }) => override !== null),
    );
  }
  const { id: _, createdAt, updatedAt, ...rest } = model;
  out.json({
    ...rest,
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    versions: versions.map(versionDocument),
  });
  out.line(`${pc.bold(pc.cyan(name))}${model.description === null ? '' : `  ${inLine(model.description)}`}`);
  for (const [key, value] of Object.entries(model.tags)) out.line(pc.dim(`  ${inLine(`${key}=${value}`)}`));
  const lines = tableLines(versions, [
    { title: 'version', cell: ({ version }) => String(version), align: 'right' },
    { title: 'status', cell: ({ status }) => status, paint: (text, { status }) => paintStatus(status, text) },
    { title: 'aliases', cell: ({ aliases }) => aliases.join(', '), paint: pc.bold },
    { title: 'network', cell: ({ record }) => record.bundle?.network ?? record.kind },
    { title: 'AUROC', cell: headMetric },
    {
      title: 'dataset',
      cell: ({ record: { lineage } }) =>
        lineage.dataset === null ? '' : `${lineage.dataset.name}@${lineage.dataset.version}`,
    },
    { title: 'run', cell: ({ record }) => record.runId?.slice(0, 8) ?? '' },
    { title: 'registered', cell: ({ createdAt, record }) => `${shortTime(time(createdAt))} by ${record.registeredBy}` },
    {
      title: '',
      cell: ({ version, record }) =>
        [...(overridden.get(version) ? ['policy overridden'] : []), ...(record.bundle?.stamps ?? [])].join(', '),
      paint: (text) => (text.trim() === '' ? text : pc.red(text)),
    },
  ]);
  for (const line of lines) out.line(line);
}

async function showVersion(store: Store, row: VersionRow, { out }: Context): Promise<void> {
  const decisions = await store.registry.decisions(row.modelId, row.version);
  out.json({ ...versionDocument(row), decisions: decisions.map(decisionDocument) });
  const { record } = row;
  const { lineage, bundle } = record;
  const aliases = row.aliases.length === 0 ? '' : `  ${pc.bold(row.aliases.join(', '))}`;
  out.line(`${pc.bold(pc.cyan(versionName(row)))}  ${paintStatus(row.status)}${aliases}`);
  const fact = (name: string, text: string | null | undefined): void => {
    if (text) out.line(`  ${pc.dim(name.padEnd(18))}${inLine(text)}`);
  };
  fact('what', row.description);
  fact('registered', `${shortTime(time(row.createdAt))} by ${record.registeredBy}`);
  fact('run', record.runId);
  fact('trained by', lineage.trainer);
  fact(
    'dataset',
    lineage.dataset && `${lineage.dataset.name}@${lineage.dataset.version} (${lineage.dataset.digest.slice(0, 12)})`,
  );
  fact('code', lineage.code && `${lineage.code.slice(0, 12)}${lineage.code.slice(40)}, Osler ${lineage.oslerVersion}`);
  fact('engine', lineage.engine);
  fact('parent', lineage.parent && `${lineage.parent.model}@${lineage.parent.version}`);
  fact('pretrained', lineage.pretrained);
  fact('network', bundle?.network);
  fact('classes', bundle?.labels.join(', '));
  fact('bundle', bundle && `${bundle.digest.slice(0, 16)}, signed by ${bundle.signer}`);
  fact('source', bundle === null ? record.source : null);
  fact('stage', row.stage === 'None' ? null : row.stage);
  for (const [key, value] of Object.entries(row.tags)) fact('tag', `${key}=${value}`);
  for (const name of ['auroc', 'macroAuroc', 'balancedAccuracy', 'sensitivity', 'specificity', 'ece']) {
    fact(name, bundle && metricWords(bundle.metrics, name));
  }
  for (const line of stampLines(row)) out.line(`  ${pc.red(line)}`);
  for (const decision of decisions) {
    for (const line of decisionLines([decision])) out.line(line);
    const evidence = Evidence.safeParse(decision.evidence);
    if (evidence.success) for (const line of evidenceLines(evidence.data)) out.line(`  ${line}`);
  }
}
