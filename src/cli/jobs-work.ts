import type { Command } from 'commander';
import { openHost } from '../pipeline/deployments/host.ts';
import { keptImages } from '../pipeline/jobs/kept.ts';
import { JobRunner } from '../pipeline/jobs/runner.ts';
import { deploymentScorer, openTarget, type Scorer } from '../pipeline/jobs/target.ts';
import { openStore } from '../store/store.ts';
import type { Context } from './context.ts';
import { jobKeys } from './job-keys.ts';
import { jobLines } from './jobs-output.ts';
import { wholeNumber } from './options.ts';

interface Options {
  threads?: number;
}

const AT_ONCE = 12;

export function register(jobs: Command, ctx: Context): void {
  jobs
    .command('work')
    .description('work on jobs that were sent to a server, beside it, until Ctrl-C')
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .addHelpText(
      'after',
      `
A server works on its own jobs; this helps, from another process that has the same store and the same OSLER_HOME.

Examples:
  osler jobs work
  OSLER_DATABASE_URL=postgresql://osler@db/osler osler jobs work --threads 8`,
    )
    .action((options: Options) => work(options, ctx));
}

async function work({ threads }: Options, { out, home, databaseUrl, artifacts, signal }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl, artifacts);
  const keys = await jobKeys(home);
  const limits = threads === undefined ? {} : { threads };
  const runner = new JobRunner({
    store,
    kept: keptImages(home, keys),
    async open(target): Promise<Scorer> {
      if (target.kind !== 'deployment') return openTarget(store, target, limits);
      const host = await openHost({ store, names: [target.name], ...limits });
      return { ...deploymentScorer(host, target.name, AT_ONCE), close: () => host.close() };
    },
    onTrouble: (job, error) =>
      out.warn(`${job === null ? 'Jobs can not be looked up:' : job.slice(0, 12)} ${(error as Error).message}`),
    onEnd: (job) => {
      for (const line of jobLines(job)) out.line(line);
    },
  });
  out.log('Waiting for jobs; end with Ctrl-C.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await runner.close();
  out.json({ ended: true });
}
