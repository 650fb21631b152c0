import type { Command } from 'commander';
import type { Context } from './context.ts';
import { register as registerCanary } from './deploy-canary.ts';
import { register as registerChanges } from './deploy-change.ts';
import { register as registerEvidence } from './deploy-evidence.ts';
import { register as registerRecord } from './deploy-record.ts';
import { register as registerShow } from './deploy-show.ts';

export function register(program: Command, context: Context): void {
  const deploy = program
    .command('deploy')
    .description('name the registered versions that answer, with their shares; canaries, shadows, rollback, feedback')
    .addHelpText(
      'after',
      '\nExamples:\n  osler deploy create derma skin@champion --reason "first release"\n  osler deploy canary derma skin@4 --steps 1,10,50\n  osler deploy rollback derma --reason "stop it"',
    );
  registerChanges(deploy, context);
  registerCanary(deploy, context);
  registerShow(deploy, context);
  registerRecord(deploy, context);
  registerEvidence(deploy, context);
}
