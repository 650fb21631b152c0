import type { Command } from 'commander';
import { stringify } from 'yaml';
import { processEnvironment } from '../config/environment.ts';
import { originText } from '../config/explain.ts';
import { loadConfig } from '../config/load.ts';
import { TrainConfig } from '../training/config.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

const EXAMPLES = `
Examples:
  osler config show demo
  osler config show pneumoniamnist dataset=pneumonia training.epochs=3 --json`;

/** A recipe names no dataset as a rule, and what is in it can be looked at before there is one. */
const UNNAMED = { dataset: 'NAME' };

export function register(program: Command, context: Context): void {
  const config = program.command('config').description('look into training recipes');
  config.addHelpText('after', EXAMPLES);
  config
    .command('show')
    .description('print the resolved recipe and where each value came from')
    .argument('<recipe>', 'a YAML file, or the name of one in configs/')
    .argument('[overrides...]', 'key=value')
    .addHelpText(
      'after',
      `${EXAMPLES}

Order, the later wins: recipes under \`defaults:\`, the recipe, OSLER_SET_TRAINING__EPOCHS=3 in the environment, key=value.`,
    )
    .action((recipe: string, overrides: string[]) => {
      const env = processEnvironment().overrides;
      const { value, origins } = loadConfig(TrainConfig, { base: UNNAMED, recipe, overrides, env });
      const named = Object.fromEntries([...origins].map(([key, origin]) => [key, originText(origin)]));
      const absent = named.dataset === 'default';
      if (absent) named.dataset = 'to be given: dataset=NAME';
      const config = absent ? { ...value, dataset: null } : value;
      context.out.json({ config, origins: named });
      for (const line of treeLines(config, named)) context.out.line(line);
    });
}

/** The tree as YAML, each value with its origin in a column beside it. */
export function treeLines(value: unknown, origins: Record<string, string>): string[] {
  const rows: { text: string; origin: string }[] = [];
  const visit = (item: unknown, path: string[]): void => {
    const indent = '  '.repeat(Math.max(0, path.length - 1));
    const origin = origins[path.join('.')];
    if (origin === undefined && typeof item === 'object' && item !== null) {
      if (path.length > 0) rows.push({ text: `${indent}${path.at(-1)}:`, origin: '' });
      for (const [key, inner] of Object.entries(item)) visit(inner, [...path, key]);
      return;
    }
    const flow = stringify(item, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
    rows.push({ text: `${indent}${path.at(-1)}: ${flow}`, origin: origin ?? '' });
  };
  visit(value, []);
  const width = Math.min(60, Math.max(...rows.map((row) => row.text.length)));
  return rows.map(({ text, origin }) => (origin === '' ? text : `${text.padEnd(width)}  ${pc.dim(`# ${origin}`)}`));
}
