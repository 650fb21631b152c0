import type { Command } from 'commander';
import type { Context } from './context.ts';
import { register as registerAliases } from './models-alias.ts';
import { register as registerArchitectures } from './models-architectures.ts';
import { register as registerDecisions } from './models-decide.ts';
import { register as registerDiff } from './models-diff.ts';
import { register as registerLive } from './models-live.ts';
import { register as registerRegister } from './models-register.ts';
import { register as registerShow } from './models-show.ts';

export function register(program: Command, context: Context): void {
  const models = program
    .command('models')
    .description('register, approve and serve versions of models; list the architectures')
    .addHelpText(
      'after',
      '\nExamples:\n  osler models register latest --name skin\n  osler models list\n  osler models alias skin@3 champion --reason "approved on Tuesday"',
    );
  registerRegister(models, context);
  registerShow(models, context);
  registerDiff(models, context);
  registerDecisions(models, context);
  registerAliases(models, context);
  registerLive(models, context);
  registerArchitectures(models, context);
}
