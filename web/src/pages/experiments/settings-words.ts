/** Settings that people change most, with what they are called; the form has a field for each. */
export const USUAL = [
  { key: 'name', label: 'Name of the run', kind: 'text' },
  { key: 'training.epochs', label: 'Epochs', kind: 'number' },
  { key: 'training.batchSize', label: 'Batch size', kind: 'number' },
  { key: 'optimiser.lr', label: 'Learning rate', kind: 'number' },
  { key: 'data.size', label: 'Image size, pixels', kind: 'number' },
  { key: 'seed', label: 'Seed', kind: 'number' },
] as const;

/** Lines of `key=value`, without empty ones and remarks. */
export function settingLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** All that a form says, as settings of the command line. A name with spaces needs no quotes here: each is one setting. */
export function settingsOf(dataset: string, usual: Readonly<Record<string, string>>, more: string): string[] {
  const named = USUAL.flatMap(({ key }) => {
    const value = usual[key]?.trim() ?? '';
    return value === '' ? [] : [`${key}=${value}`];
  });
  return [`dataset=${dataset}`, ...named, ...settingLines(more)];
}

/** The field that a refusal is about, among those that somebody filled in; undefined for anything else. */
export function fieldOf(message: string, filled: readonly string[]): string | undefined {
  return filled.find((key) => new RegExp(`(^|[^\\w.])${key.replaceAll('.', '\\.')}($|[^\\w.])`).test(message));
}
