import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { openStore } from '../store/store.ts';
import { duration } from '../training/callbacks/progress.ts';
import { reproduce } from '../training/reproduce.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

export function register(program: Command, context: Context): void {
  program
    .command('reproduce')
    .description('Train a run again from its record, and compare every logged number and all weights bit for bit.')
    .argument('<run>', 'id, its first digits, name, or latest')
    .addHelpText(
      'after',
      `
Examples:
  osler reproduce latest
  osler reproduce 3f2a --json

Exit codes: 0 equal to the last bit, 1 not reproduced (the first difference is named), 2 wrong usage, 130 interrupted.`,
    )
    .action(async (reference: string) => {
      await using store = await openStore(context.home, context.databaseUrl);
      const run = await store.runs.get(reference);
      const result = await reproduce(run, {
        home: context.home,
        version: processEnvironment().version,
        onProgress: context.out.progress,
        onLine: (text) => context.out.log(text),
        onWarning: (text) => context.out.warn(text),
        signal: context.signal,
      });
      context.out.json({ ...result, reproduced: true });
      context.out.line(
        `${pc.green('reproduced')} run ${run.id.slice(0, 12)}: ${result.steps} steps, ${result.epochs} epochs and ${result.tensors} tensors are equal bit for bit (${duration(result.seconds)}).`,
      );
    });
}
