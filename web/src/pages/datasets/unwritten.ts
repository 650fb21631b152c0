import type { Decision } from './decisions.tsx';

export type Unwritten = ReadonlyMap<number, Decision>;

const NONE: Unwritten = new Map();

/** Decisions of this tab by version, until they are written or forgotten: hundreds of them outlive a look at another room. */
class Drafts {
  private readonly byVersion = new Map<string, Unwritten>();
  private readonly watchers = new Set<() => void>();

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  of(version: string): Unwritten {
    return this.byVersion.get(version) ?? NONE;
  }

  set(version: string, all: Unwritten): void {
    if (all.size === 0) this.byVersion.delete(version);
    else this.byVersion.set(version, all);
    if (this.byVersion.size > 0) window.addEventListener('beforeunload', warn);
    else window.removeEventListener('beforeunload', warn);
    for (const watcher of this.watchers) watcher();
  }
}

/** With the tab they are gone. */
const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

export const drafts = new Drafts();
