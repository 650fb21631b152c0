import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_RECIPES } from './load.ts';

export interface RecipeInfo {
  /** As a command takes it. */
  name: string;
  /** The comment at its head. */
  about: string;
}

/** The recipes that can be named, in order of name: those of the working folder's `configs/` stand above Osler's own. */
export function listRecipes(
  folders: readonly string[] = [join(process.cwd(), 'configs'), OWN_RECIPES],
  under = '',
): RecipeInfo[] {
  const found = new Map<string, RecipeInfo>();
  for (const folder of folders) {
    for (const file of filesOf(join(folder, under))) {
      const name = `${under === '' ? '' : `${under}/`}${file.replace(/\.ya?ml$/, '')}`;
      if (!found.has(name)) found.set(name, { name, about: headOf(readFileSync(join(folder, under, file), 'utf8')) });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function headOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(/^#\s?/, ''))
    .filter((line) => !line.startsWith('osler '))
    .join(' ')
    .trim();
}
