import type { Command } from 'commander';
import type { Context } from './context.ts';
import { register as registerAmend } from './data-amend.ts';
import { register as registerAudit } from './data-audit.ts';
import { register as registerImport } from './data-import.ts';
import { register as registerPhantom } from './data-phantom.ts';
import { register as registerShow } from './data-show.ts';
import { register as registerSuspects } from './data-suspects.ts';

export function register(program: Command, context: Context): void {
  const data = program.command('data').description('import, list, show, audit, amend, split and draw datasets');
  data.addHelpText(
    'after',
    `
Examples:
  osler data phantom --count 400 --out phantoms
  osler data import phantoms --name phantom
  osler data audit phantom
  osler data show phantom

osler data import --help and its like show the options and further examples of each.`,
  );
  registerImport(data, context);
  registerShow(data, context);
  registerAudit(data, context);
  registerSuspects(data, context);
  registerAmend(data, context);
  registerPhantom(data, context);
}
