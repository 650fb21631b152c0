import { versionComparison } from '../../../pipeline/evaluated/versions.ts';
import type { ChampionComparison, CompareVersions } from '../../../registry/evidence.ts';
import type { VersionRow } from '../../../store/registry/types.ts';
import type { Store } from '../../../store/store.ts';
import { Ongoing, type State } from './ongoing.ts';

type Asked = Parameters<CompareVersions>[2];

/** The machine answers images meanwhile. */
const THREADS = 1;

/** Comparisons of candidates with champions, made once: from the same bundles and the same samples comes the same evidence. */
export class Comparisons {
  private readonly store: Store;
  private readonly ongoing = new Ongoing<ChampionComparison>();

  constructor(store: Store) {
    this.store = store;
  }

  start(champion: VersionRow, candidate: VersionRow, asked: Asked): State<ChampionComparison> {
    const { home } = this.store;
    return this.ongoing.start(keyOf(champion, candidate, asked), (signal, progress) => {
      const place = { home, databaseUrl: undefined, artifacts: undefined, signal, threads: THREADS };
      const compare = versionComparison(this.store, { ...place, out: { progress, warn: () => undefined } });
      return compare(champion, candidate, asked);
    });
  }

  state(champion: VersionRow, candidate: VersionRow, asked: Asked): State<ChampionComparison> | null {
    return this.ongoing.state(keyOf(champion, candidate, asked));
  }

  cancel(champion: VersionRow, candidate: VersionRow, asked: Asked): boolean {
    return this.ongoing.cancel(keyOf(champion, candidate, asked));
  }

  /** For a decision: waits for one that is under way, or makes it now. */
  readonly compare: CompareVersions = async (champion, candidate, asked) => {
    this.start(champion, candidate, asked);
    const made = await this.ongoing.result(keyOf(champion, candidate, asked));
    return made ?? this.compare(champion, candidate, asked);
  };

  close(): Promise<void> {
    return this.ongoing.close();
  }
}

/** What the comparison is a function of; the samples are named by the datasets that the bundles name. */
function keyOf(champion: VersionRow, candidate: VersionRow, { margin, metric }: Asked): string {
  const digest = ({ record }: VersionRow): string => record.bundle?.digest ?? record.source;
  return JSON.stringify([digest(champion), digest(candidate), margin, metric ?? null]);
}
