import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OslerError } from '../../errors.ts';
import { type KeyProvider, keysFromText } from '../../security/keep/provider.ts';
import { seal, unseal } from '../../security/keep/sealed.ts';
import { writeFileAtomic } from '../../store/files.ts';
import { jobDir, keysDir } from '../../store/paths.ts';
import type { KeptImages } from './source.ts';

/**
 * Images of jobs, each encrypted in a file of its own in the home, until the job has ended.
 * @param configured keys; without them the home has one of its own.
 */
export function keptImages(home: string, configured?: KeyProvider): KeptImages {
  let found = configured;
  const keys = async (make: boolean): Promise<KeyProvider> => {
    found ??= await ownKeys(home, make);
    return found;
  };
  const fileOf = (job: string, content: string): string => join(jobDir(home, job), `${content}.sealed`);
  return {
    async keep(job, bytes) {
      const image = createHash('sha256').update(bytes).digest('hex');
      await writeFileAtomic(
        fileOf(job, image),
        await seal(bytes, { image, at: new Date().toISOString() }, await keys(true)),
      );
      return image;
    },
    async read(job, content) {
      const sealed = await readFile(fileOf(job, content)).catch((cause: NodeJS.ErrnoException) => {
        // A disk that fails is no fault of the image: it is tried again.
        if (cause.code !== 'ENOENT') throw cause;
        throw new OslerError('NOT_FOUND', 'The image is not kept any more.', { cause });
      });
      return (await unseal(sealed, await keys(false))).content;
    },
    async has(job) {
      return (await stat(jobDir(home, job)).catch(() => null)) !== null;
    },
    async drop(job) {
      await rm(jobDir(home, job), { recursive: true, force: true });
    },
  };
}

/**
 * Keys for images of jobs where none are configured: one of this home's own, made with the first job, readable by the account alone. It
 * protects copies of the images, and not against who has the home.
 * @param make whether it is made where there is none and nothing is kept: what is kept already opens by no new one. Throws KEY_MISSING.
 */
export async function ownKeys(home: string, make: boolean): Promise<KeyProvider> {
  const file = join(keysDir(home), 'jobs.key');
  const read = () => readFile(file, 'utf8').catch(() => null);
  let text = await read();
  if (text === null && (!make || (await holdsSealed(dirname(jobDir(home, 'any')))))) {
    throw new OslerError('KEY_MISSING', "The key of the jobs' images, keys/jobs.key in OSLER_HOME, is gone.", {
      hint: 'Put it back from a copy of the home, or, where keys are configured, set OSLER_UPLOAD_KEY or uploads.keyFiles again.',
    });
  }
  if (text === null) {
    const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
    await mkdir(keysDir(home), { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
      // A link fails where the name is taken: of two processes that start at once, one makes the key and both use it.
      await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(temporary, { force: true });
    }
    text = await read();
  }
  return keysFromText([text ?? '']);
}

async function holdsSealed(folder: string): Promise<boolean> {
  const jobs = await readdir(folder).catch(() => []);
  for (const job of jobs) {
    const names = await readdir(join(folder, job)).catch(() => []);
    if (names.some((name) => name.endsWith('.sealed'))) return true;
  }
  return false;
}
