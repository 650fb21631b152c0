/** What somebody dropped or chose, before it is sent. */
export interface Chosen {
  /** As the result will name it: with the folder that it lies in. */
  name: string;
  file: File;
}

/** What the server takes by name (`src/data/adapters/walk.ts`), and archives of it. */
const TAKEN = /\.(jpe?g|png|tiff?|bmp|webp|zip)$/i;
/** Of one form; more belong into an archive. */
export const MOST_FILES = 10_000;

/** Images and archives among the files; what else a folder holds is counted. */
export function choose(files: readonly File[]): { chosen: Chosen[]; skipped: number } {
  const chosen = files
    .map((file) => ({ name: nameOf(file), file }))
    .filter(({ name }) => TAKEN.test(name) && !name.split('/').some((part) => part.startsWith('.')))
    // A browser hands a folder over in any order.
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { chosen, skipped: files.length - chosen.length };
}

/** Of a folder that was dropped or chosen, its path in it. */
function nameOf(file: File & { path?: string }): string {
  const path = file.webkitRelativePath !== '' ? file.webkitRelativePath : (file.path ?? file.name);
  return path.replace(/^[./]+/, '');
}

/** A name for the job: of the one folder or archive, or of nothing. */
export function nameFor(chosen: readonly Chosen[]): string {
  const [first] = chosen;
  if (first === undefined) return '';
  const folder = first.name.includes('/') ? first.name.split('/')[0]! : null;
  if (folder !== null && chosen.every(({ name }) => name.startsWith(`${folder}/`))) return folder;
  return chosen.length === 1 ? first.name.replace(/\.[^.]+$/, '') : '';
}
