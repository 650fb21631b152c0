import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { population } from './population.ts';
import { PhantomSpec } from './spec.ts';
import type { PhantomShare } from './worker.ts';

export interface PhantomOptions extends Partial<Omit<PhantomSpec, 'count'>> {
  count: number;
  /** Folder to write: absent or empty before. */
  out: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface PhantomResult {
  out: string;
  images: number;
  patients: number;
  lesions: number;
  classes: { benign: number; malignant: number };
  seconds: number;
}

/** Changes whenever the same spec would draw other pictures. */
export const PHANTOM_VERSION = 2;

/** Beside the pictures: what they were drawn from, so that asking for the same ones again finds them. */
const RECORD = '.phantom.json';

const COLUMNS = ['image', 'label', 'patient', 'lesion', 'age', 'sex', 'site', 'camera', 'tone'] as const;

/**
 * Draws a population of phantoms into a folder: images/ID.jpg, masks/ID.png (white within the lesion's outline) and metadata.csv.
 * The folder appears under its name only when it is complete; where the same phantoms stand already, nothing is done.
 * @throws OslerError ALREADY_EXISTS when `out` holds something else | CONFIG_INVALID | INTERRUPTED
 */
export async function generatePhantoms(options: PhantomOptions): Promise<PhantomResult> {
  const { out, onProgress, signal, ...rest } = options;
  const parsed = PhantomSpec.safeParse(rest);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new OslerError('CONFIG_INVALID', `Phantoms: ${issue.path.join('.') || 'options'}: ${issue.message}.`);
  }
  const spec = parsed.data;
  const folder = resolve(out);
  const start = performance.now();
  const present = await presentPhantoms(folder, spec);
  if (present !== undefined) return { ...present, out: folder };
  const partial = join(dirname(folder), `.${randomUUID()}.partial`);
  await mkdir(join(partial, 'images'), { recursive: true });
  await mkdir(join(partial, 'masks'));
  try {
    await draw(spec, partial, onProgress, signal);
    const summary = {
      images: spec.count,
      ...(await writeTable(spec, partial)),
      seconds: (performance.now() - start) / 1000,
    };
    await writeFile(join(partial, RECORD), JSON.stringify({ version: PHANTOM_VERSION, spec, summary }));
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(partial, folder);
    return { out: folder, ...summary };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The summary of the same phantoms, drawn before; undefined when the folder is absent or empty. */
async function presentPhantoms(folder: string, spec: PhantomSpec): Promise<Omit<PhantomResult, 'out'> | undefined> {
  const found: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new OslerError('ALREADY_EXISTS', `${folder} is no folder that could be written to.`, { cause: error });
  });
  if (found.length === 0) return undefined;
  if (found.includes(RECORD)) {
    const record: unknown = JSON.parse(await readFile(join(folder, RECORD), 'utf8'));
    const {
      version,
      spec: drawn,
      summary,
    } = record as { version: number; spec: PhantomSpec; summary: Omit<PhantomResult, 'out'> };
    if (version === PHANTOM_VERSION && isDeepStrictEqual(drawn, spec)) return summary;
  }
  throw new OslerError('ALREADY_EXISTS', `${folder} is not empty.`, {
    hint: 'Name another folder with --out, or remove this one.',
  });
}

async function draw(spec: PhantomSpec, folder: string, onProgress?: OnProgress, signal?: AbortSignal): Promise<void> {
  const of = Math.max(1, Math.min(availableParallelism(), Math.ceil(spec.count / 16)));
  let done = 0;
  const workers = Array.from({ length: of }, (_, first) => {
    return new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { spec, folder, first, of } satisfies PhantomShare,
    });
  });
  const finished = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.on('message', () => onProgress?.({ task: 'drawing phantoms', done: ++done, total: spec.count }));
        worker.on('error', reject);
        worker.on('exit', () => resolve());
      }),
  );
  const interrupted = new Promise<never>((_, reject) => {
    const give = (): void => reject(new OslerError('INTERRUPTED', 'Interrupted; nothing was written.'));
    if (signal?.aborted) give();
    signal?.addEventListener('abort', give, { once: true });
  });
  try {
    await Promise.race([Promise.all(finished), interrupted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function writeTable(
  spec: PhantomSpec,
  folder: string,
): Promise<Pick<PhantomResult, 'patients' | 'lesions' | 'classes'>> {
  const patients = new Set<string>();
  const lesions = new Set<string>();
  const classes = { benign: 0, malignant: 0 };
  const file = await open(join(folder, 'metadata.csv'), 'wx');
  try {
    let lines = `${COLUMNS.join(',')}\n`;
    for (const { image, label, patient, lesion, site, camera } of population(spec)) {
      patients.add(patient.id);
      lesions.add(lesion);
      classes[label]++;
      const { id, age, sex, tone } = patient;
      lines += `${[`images/${image}.jpg`, label, id, lesion, age, sex, site, camera, tone].join(',')}\n`;
      if (lines.length > 1 << 16) {
        await file.write(lines);
        lines = '';
      }
    }
    await file.write(lines);
    await file.sync();
  } finally {
    await file.close();
  }
  return { patients: patients.size, lesions: lesions.size, classes };
}
