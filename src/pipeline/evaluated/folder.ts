import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { manifestPath, openDataset, versionFolder } from '../../data/dataset.ts';
import { importDataset } from '../../data/import.ts';
import { ManifestWriter } from '../../data/manifest.ts';
import type { Dataset } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { writeFileAtomic } from '../../store/files.ts';
import { runDir } from '../../store/paths.ts';
import type { Workplace } from '../workplace.ts';

const NAME = 'evaluated';

/** A folder of labelled images as a dataset with a test split only, in a home of its own that goes when it has been used. */
export interface FolderDataset {
  home: string;
  dataset: Dataset;
  /** Lets that home see a run of the real one. */
  adoptRun(id: string): Promise<void>;
}

/**
 * Imports `folder` (sub-folders named as the classes) in place, hands it to `use` and cleans up. All images are in the test split.
 * Throws DATA_INVALID for a sub-folder that is no class, NOT_FOUND for a folder that is not there.
 */
export async function withFolderDataset<T>(
  folder: string,
  labels: readonly string[],
  ctx: Workplace,
  use: (data: FolderDataset) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'osler-evaluate-'));
  try {
    const record = await importDataset(
      resolve(folder),
      // What is asked for is measured: nothing is left out for its label.
      { name: NAME, inPlace: true, minClasses: 1, keepConflicts: true, noNear: true },
      { home, onProgress: ctx.out.progress, signal: ctx.signal },
    );
    const strange = record.classes.filter((name) => !labels.includes(name));
    if (strange.length > 0) {
      throw new OslerError(
        'DATA_INVALID',
        `${folder} has images of ${strange.join(', ')}, which the model does not know.`,
        {
          hint: `Name the sub-folders as its classes: ${labels.join(', ')}.`,
        },
      );
    }
    for (const { id, reason } of record.unreadable) ctx.out.warn(`${id} is left out: ${reason}`);
    const dataset = await asTestSplit(home, labels);
    const contested = conflicts(dataset);
    if (contested > 0)
      ctx.out.warn(`${contested} pictures stand under more than one label; they are measured as they are`);
    return await use({
      home,
      dataset,
      adoptRun: async (id) => {
        await mkdir(join(home, 'runs'), { recursive: true });
        await symlink(runDir(ctx.home, id), runDir(home, id));
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Files that occur under more than one label. */
function conflicts(dataset: Dataset): number {
  const files = Map.groupBy(dataset.samples(), ({ sha256 }) => sha256);
  return [...files.values()].filter((same) => new Set(same.map(({ label }) => label)).size > 1).length;
}

/** The imported version once more, every sample in the test split, with all classes of the model. */
async function asTestSplit(home: string, labels: readonly string[]): Promise<Dataset> {
  const imported = await openDataset(home, NAME);
  const version = imported.record.version + 1;
  const folder = versionFolder(home, NAME, version);
  await mkdir(folder, { recursive: true });
  const writer = new ManifestWriter(manifestPath(home, { name: NAME, version }));
  const counts: Record<string, number> = {};
  for (const sample of imported.samples()) {
    await writer.write({ ...sample, split: 'test' });
    counts[sample.label] = (counts[sample.label] ?? 0) + 1;
  }
  const digest = await writer.close();
  const record = {
    ...imported.record,
    version,
    digest,
    classes: [...labels],
    splits: { train: {}, val: {}, test: counts },
  };
  await writeFileAtomic(join(folder, 'dataset.json'), JSON.stringify(record));
  return openDataset(home, `${NAME}@${version}`);
}
