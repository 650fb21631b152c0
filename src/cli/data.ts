import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { Verb } from './verbs.ts';

/** Commands by the file that registers them. Only the one that is asked for is loaded; all of them for the list. */
const FILES: { commands: readonly string[]; load: () => Promise<Verb> }[] = [
  { commands: ['import', 'split'], load: () => import('./data-import.ts') },
  { commands: ['list', 'show'], load: () => import('./data-show.ts') },
  { commands: ['audit'], load: () => import('./data-audit.ts') },
  { commands: ['suspects'], load: () => import('./data-suspects.ts') },
  { commands: ['amend'], load: () => import('./data-amend.ts') },
  { commands: ['phantom'], load: () => import('./data-phantom.ts') },
];

export async function register(program: Command, context: Context, words: readonly string[]): Promise<void> {
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
  const asked = FILES.filter(({ commands }) => commands.includes(words[0] ?? ''));
  for (const { load } of asked.length > 0 ? asked : FILES) (await load()).register(data, context, words.slice(1));
}
