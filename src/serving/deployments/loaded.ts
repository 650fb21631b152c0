import type { Bundle } from '../../bundle/open.ts';
import type { Predictor } from '../predictor.ts';

/** A registered version, as far as serving knows it. */
export interface Version {
  model: string;
  version: number;
  /** sha256 of the bundle's manifest. */
  digest: string;
  open(): Promise<Pick<Bundle, 'manifest' | 'read'>>;
}

interface Entry {
  predictor: Promise<Predictor>;
  holders: number;
}

/** Predictors in memory, one for each bundle, however many deployments use it; the last who lets go of one closes it. */
export class LoadedModels {
  private readonly entries = new Map<string, Entry>();
  private readonly load: (version: Version, batching: Batching) => Promise<Predictor>;

  constructor(load: (version: Version, batching: Batching) => Promise<Predictor>) {
    this.load = load;
  }

  get size(): number {
    return this.entries.size;
  }

  /** One that is in memory already, however its images are computed together; else it is loaded. Throws what loading throws. */
  async share(version: Version): Promise<Held> {
    const [key] = [...this.entries.keys()].filter((one) => JSON.parse(one)[0] === version.digest);
    return this.hold(key ?? keyOf(version, ALONE), version, ALONE);
  }

  /** Throws what loading throws, and forgets it then. */
  acquire(version: Version, batching: Batching): Promise<Held> {
    return this.hold(keyOf(version, batching), version, batching);
  }

  private async hold(key: string, version: Version, batching: Batching): Promise<Held> {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { predictor: this.load(version, batching), holders: 0 };
      this.entries.set(key, entry);
    }
    entry.holders += 1;
    const mine = entry;
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      mine.holders -= 1;
      if (mine.holders > 0) return;
      if (this.entries.get(key) === mine) this.entries.delete(key);
      await (await mine.predictor.catch(() => null))?.close();
    };
    try {
      return { predictor: await mine.predictor, release };
    } catch (error) {
      if (this.entries.get(key) === mine) this.entries.delete(key);
      throw error;
    }
  }
}

function keyOf({ digest }: Version, { maxBatch, maxDelayMs }: Batching): string {
  return JSON.stringify([digest, maxBatch, maxDelayMs]);
}

/** For who asks one image at a time. */
const ALONE = { maxBatch: 1, maxDelayMs: 0 };

export interface Batching {
  maxBatch: number;
  maxDelayMs: number;
}

export interface Held {
  predictor: Predictor;
  release(): Promise<void>;
}
