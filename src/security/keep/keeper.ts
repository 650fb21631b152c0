import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../../errors.ts';
import { writeFileAtomic } from '../../store/files.ts';
import type { KeyProvider } from './provider.ts';
import { seal, unseal } from './sealed.ts';

export interface UploadKeeper {
  /** Resolves when the image is on the disk, encrypted. Never rejects: an answer does not depend on it. */
  keep(image: Uint8Array): Promise<void>;
  /** Removes what is older than the policy says. @returns how many. */
  purge(): Promise<number>;
  close(): void;
}

export interface KeptUpload {
  /** sha256 of the image, hex: as the prediction log has it. */
  image: string;
  /** Day it was kept, UTC: 2026-03-01. */
  day: string;
  /** Of the sealed file. */
  bytes: number;
}

const DAY_MS = 86_400_000;
const LOOK_MS = 3_600_000;
const NAME = /^([0-9a-f]{64})\.sealed$/;
const FOLDER = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Keeps the images that come to a server, for a number of days, encrypted: `DAY/SHA256.sealed`. The same image on the same day is kept
 * once. Nothing else of a request is written.
 */
export function uploadKeeper(
  folder: string,
  { days, keys, onFault }: { days: number; keys: KeyProvider; onFault: (error: unknown) => void },
): UploadKeeper {
  const purge = (): Promise<number> => purgeBefore(folder, Date.now() - days * DAY_MS);
  const look = (): void => void purge().catch(onFault);
  look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  const written = new Set<string>();
  return {
    purge,
    async keep(bytes) {
      try {
        const at = new Date().toISOString();
        const image = createHash('sha256').update(bytes).digest('hex');
        const path = join(folder, at.slice(0, 10), `${image}.sealed`);
        // Somebody may have removed it since.
        if (written.has(path) && (await isThere(path))) return;
        await writeFileAtomic(path, await seal(bytes, { image, at }, keys));
        if (written.size >= 10_000) written.clear();
        written.add(path);
      } catch (error) {
        onFault(error);
      }
    },
    close: () => clearInterval(timer),
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What is kept, oldest first. */
export async function listUploads(folder: string): Promise<KeptUpload[]> {
  const found: KeptUpload[] = [];
  for (const day of await daysOf(folder)) {
    for (const name of (await readdir(join(folder, day))).sort()) {
      const image = NAME.exec(name)?.[1];
      if (image !== undefined) found.push({ image, day, bytes: (await stat(join(folder, day, name))).size });
    }
  }
  return found;
}

/** The image's own bytes. Throws NOT_FOUND, DATA_INVALID. */
export async function readUpload(folder: string, image: string, keys: KeyProvider): Promise<Buffer> {
  for (const day of (await daysOf(folder)).reverse()) {
    const sealed = await readFile(join(folder, day, `${image}.sealed`)).catch(() => null);
    if (sealed === null) continue;
    const { content } = await unseal(sealed, keys);
    if (createHash('sha256').update(content).digest('hex') === image) return content;
    throw new OslerError('DATA_INVALID', `The kept image ${image.slice(0, 12)} is another one than its name says.`);
  }
  throw new OslerError('NOT_FOUND', `No image ${image.slice(0, 12)} is kept.`, {
    hint: 'It was removed after the days of the policy, or came while none was kept.',
  });
}

/** Whole days, so that nothing has to be opened. */
export async function purgeBefore(folder: string, moment: number): Promise<number> {
  let removed = 0;
  for (const day of await daysOf(folder)) {
    if (Date.parse(day) + DAY_MS > moment) continue;
    removed += (await readdir(join(folder, day))).filter((name) => NAME.test(name)).length;
    await rm(join(folder, day), { recursive: true, force: true });
  }
  return removed;
}

async function daysOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => FOLDER.test(name)).sort();
}
