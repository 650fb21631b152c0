import type { Command } from 'commander';
import type { Context } from './context.ts';
import { registerCompare } from './tracking-compare.ts';
import { registerExchange } from './tracking-exchange.ts';
import { registerSync } from './tracking-sync.ts';

export function register(program: Command, context: Context): void {
  const tracking = program
    .command('tracking')
    .description('Other trackers: send what they missed, compare them, bring runs over and take them along.');
  registerSync(tracking, context);
  registerCompare(tracking, context);
  registerExchange(tracking, context);
}
