import { type Command, InvalidArgumentError } from 'commander';
import { needWhy, promoteCanary, startCanary } from '../pipeline/deployments/manage.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import type { Context } from './context.ts';
import { deploymentDocument, deploymentLines } from './deploy-output.ts';
import { share, wholeNumber } from './options.ts';

interface Options {
  steps?: number[];
  minRequests?: number;
  minSeconds?: number;
  maxErrorRate?: number;
  maxLatencyRatio?: number;
  latency: boolean;
  quality: boolean;
  reason?: string;
  json?: boolean;
}

export function register(deploy: Command, ctx: Context): void {
  deploy
    .command('canary')
    .description('give a version a small share that grows by itself, or goes by itself')
    .argument('<name>')
    .argument('<version>', 'skin@4')
    .option(
      '--steps <percents>',
      'shares of the traffic, rising (default: 5,25,50); after the last it is live',
      percents,
    )
    .option('--min-requests <n>', 'answers at each step (default: 200)', wholeNumber(1, 1e9))
    .option('--min-seconds <n>', 'seconds at each step (default: 60)', wholeNumber(0, 1e7))
    .option('--max-error-rate <share>', 'of its requests that may fail (default: 0.01)', share(0, 1))
    .option('--max-latency-ratio <x>', "of its 95th percentile to the live ones' (default: 2)", share(0.01, 1_000))
    .option('--no-latency', 'how long its answers take is not compared')
    .option('--no-quality', 'feedback that shows it to be worse does not take it back')
    .option('--reason <text>', 'why; kept in the audit trail')
    .addHelpText(
      'after',
      `
The server that serves the deployment moves it, and tells the audit trail why: up where the step's answers kept the limits, back where
more requests fail than may (for certain: by an interval that may be looked at at any time), it is too slow, or feedback shows it to be
worse. No step is taken on fewer than 40 answers of either, which is what comparing latencies takes. Keys that reached the canary stay with it as it grows.

Examples:
  osler deploy canary derma skin@4 --reason "trained with the new camera's images"
  osler deploy canary derma skin@4 --steps 1,10,50 --min-requests 1000 --min-seconds 3600
  osler deploy promote derma --reason "seen enough"
  osler deploy rollback derma --reason "stop it"`,
    )
    .action((name: string, version: string, options: Options) => canary(name, version, options, ctx));
  deploy
    .command('promote')
    .description('let the canary take the place of the live versions now')
    .argument('<name>')
    .option('--reason <text>', 'why; kept in the audit trail')
    .addHelpText('after', '\nExamples:\n  osler deploy promote derma --reason "seen enough"')
    .action((name: string, options: { reason?: string }) => promote(name, options, ctx));
}

async function canary(name: string, model: string, options: Options, ctx: Context): Promise<void> {
  const { reason, json: _, latency, quality, ...said } = options;
  const plan = { ...said, ...(latency ? {} : { maxLatencyRatio: null }), ...(quality ? {} : { quality }) };
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const row = await startCanary(
    store,
    name,
    { model, plan },
    { actor: actor(), why: reason === undefined ? null : needWhy(reason) },
  );
  ctx.out.json(deploymentDocument(row));
  for (const line of deploymentLines(row)) ctx.out.line(line);
}

async function promote(name: string, { reason }: { reason?: string }, ctx: Context): Promise<void> {
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const row = await promoteCanary(store, name, { actor: actor(), why: reason === undefined ? null : needWhy(reason) });
  ctx.out.json(deploymentDocument(row));
  for (const line of deploymentLines(row)) ctx.out.line(line);
}

function percents(text: string): number[] {
  const steps = text.split(',').map(Number);
  if (steps.every((step) => step > 0 && step <= 100)) return steps;
  throw new InvalidArgumentError('Per cent were expected, rising, with commas: 5,25,50.');
}
