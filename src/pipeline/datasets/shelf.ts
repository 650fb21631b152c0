import { levelsOf } from '../../audit/balance/cells.ts';
import { readColumns } from '../../audit/columns.ts';
import { findRecord, openDataset } from '../../data/dataset.ts';
import { compareUtf8 } from '../../data/manifest.ts';
import type { Dataset, DatasetRecord, Sample } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';

/** A column of the source, cut into levels as the audit's balance cuts it: by these samples are found. */
export interface Column {
  name: string;
  values: string[];
  /** Level of each used sample, by id. */
  levelOf: ReadonlyMap<string, string>;
}

/** A dataset version opened to be looked at. */
export interface OpenVersion {
  dataset: Dataset;
  /**
   * All samples in the manifest's order, those that are left out too. A sample's number is its place here, counted from 1: it can stand
   * in an address, which its id cannot, being the name of a file.
   */
  samples: readonly Sample[];
  numbers: ReadonlyMap<string, number>;
  columns: readonly Column[];
}

const MOST = 4;

/** Dataset versions that were opened lately. They never change, so each is read once. */
export class DatasetShelf {
  readonly home: string;
  /** In order of their last use. */
  private readonly open = new Map<string, Promise<OpenVersion>>();

  constructor(home: string) {
    this.home = home;
  }

  /** Throws NOT_FOUND, and DATA_INVALID when a file of it was altered. */
  async version(name: string, version: number): Promise<OpenVersion> {
    const record = await findRecord(this.home, `${name}@${version}`);
    const key = `${record.name}@${record.version} ${record.digest}`;
    const known = this.open.get(key);
    this.open.delete(key);
    const opened = known ?? openVersion(this.home, record);
    this.open.set(key, opened);
    for (const old of this.open.keys()) {
      if (this.open.size <= MOST) break;
      this.open.delete(old);
    }
    try {
      return await opened;
    } catch (error) {
      this.open.delete(key);
      throw error;
    }
  }
}

async function openVersion(home: string, { name, version }: DatasetRecord): Promise<OpenVersion> {
  const dataset = await openDataset(home, `${name}@${version}`);
  const used = dataset.samples();
  const samples = [...used, ...dataset.excluded].sort((a, b) => compareUtf8(a.id, b.id));
  const columns = readColumns(used).columns.map((column) => {
    const levels = levelsOf(column);
    const levelOf = new Map(used.map(({ id }, i) => [id, levels.values[levels.of[i]!]!]));
    return { name: levels.name, values: levels.values, levelOf };
  });
  return { dataset, samples, numbers: new Map(samples.map(({ id }, i) => [id, i + 1])), columns };
}

/** Throws NOT_FOUND for a number that no sample has. */
export function sampleAt({ samples, dataset: { record } }: OpenVersion, number: number): Sample {
  const sample = samples[number - 1];
  if (sample !== undefined) return sample;
  throw new OslerError('NOT_FOUND', `${record.name}@${record.version} has no image ${number}.`, {
    hint: `Its images are numbered from 1 to ${samples.length}.`,
  });
}
