import type { Command } from 'commander';
import { findCanary } from '../pipeline/deployments/canary.ts';
import { findDeployment } from '../pipeline/deployments/manage.ts';
import { membersLeftOut } from '../pipeline/deployments/versions.ts';
import { parseSpec } from '../serving/deployments/spec.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { deploymentDocument, deploymentLines, revisionDocument, sharesWords } from './deploy-output.ts';
import { shortTime, time } from './models-output.ts';
import { tableLines } from './table.ts';

export function register(deploy: Command, ctx: Context): void {
  deploy
    .command('list')
    .description('all deployments')
    .addHelpText('after', '\nExamples:\n  osler deploy list\n  osler deploy list --json')
    .action(() => list(ctx));
  deploy
    .command('show')
    .description('what a deployment is now')
    .argument('<name>')
    .addHelpText('after', '\nExamples:\n  osler deploy show derma')
    .action((name: string) => show(name, ctx));
  deploy
    .command('history')
    .description('all revisions of a deployment: who changed what, when and why')
    .argument('<name>')
    .addHelpText('after', '\nExamples:\n  osler deploy history derma\n  osler audit log --subject "deployment derma"')
    .action((name: string) => history(name, ctx));
}

async function list({ out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const rows = await store.deployments.list();
  out.json(rows.map(deploymentDocument));
  if (rows.length === 0) return out.line('There is no deployment yet: osler deploy create --help');
  const lines = tableLines(rows, [
    { title: 'deployment', cell: ({ name }) => name, paint: pc.cyan },
    { title: 'revision', cell: ({ revision }) => String(revision.number), align: 'right' },
    { title: 'traffic', cell: ({ revision }) => sharesWords(revision) },
    { title: 'since', cell: ({ revision }) => `${shortTime(time(revision.at))} by ${revision.who}` },
  ]);
  for (const line of lines) out.line(line);
}

async function show(name: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const row = await findDeployment(store, name);
  const canary = row.revision.spec.canary === null ? null : await findCanary(store, name);
  const left = await membersLeftOut(store, parseSpec(row.revision.spec));
  const leftOut = left.map(({ member: { name: version, role }, error: { message } }) => ({ version, role, message }));
  out.json({ ...deploymentDocument(row), canary, leftOut });
  for (const line of deploymentLines(row)) out.line(line);
  for (const { role, message } of leftOut) out.line(`  ${pc.red('left out')}  ${role}: ${message}`);
  for (const { what, state, words } of canary?.conditions ?? []) {
    out.line(`    ${MARKS[state]} ${pc.dim(what.padEnd(9))}${words}`);
  }
}

/** Whether a condition of the canary's next step is met. */
const MARKS = { met: pc.green('✓'), waiting: pc.yellow('…'), broken: pc.red('✗'), unasked: pc.dim('-') };

async function history(name: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const row = await findDeployment(store, name);
  const revisions = await store.deployments.revisions(row.id);
  out.json(revisions.map(revisionDocument));
  const lines = tableLines(revisions, [
    { title: 'revision', cell: ({ number }) => String(number), align: 'right' },
    { title: 'when', cell: ({ at }) => shortTime(time(at)) },
    { title: 'who', cell: ({ who }) => who },
    { title: 'what', cell: ({ what }) => what },
    { title: 'traffic', cell: sharesWords },
    { title: 'why', cell: ({ why }) => why ?? '' },
  ]);
  for (const line of lines) out.line(line);
}
