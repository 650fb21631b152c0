import type { Command } from 'commander';
import type { Context } from './context.ts';
import { registerCompare } from './tracking-compare.ts';
import { registerExchange } from './tracking-exchange.ts';
import { registerSync } from './tracking-sync.ts';

export function register(program: Command, context: Context): void {
  const tracking = program
    .command('tracking')
    .description('Other trackers: send what they missed, compare them, bring runs over and take them along.')
    .addHelpText(
      'after',
      '\nExamples:\n  osler tracking sync\n  osler tracking import http://localhost:5000\n  osler tracking import ./mlruns --experiment skin',
    );
  registerSync(tracking, context);
  registerCompare(tracking, context);
  registerExchange(tracking, context);
}
