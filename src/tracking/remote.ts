import type { TrackEvent } from './events.ts';
import type { Traffic } from './http.ts';

export type RemoteState = Record<string, RemoteValue>;
type RemoteValue = string | number | boolean | null | RemoteValue[] | { [key: string]: RemoteValue };

export interface DeliverContext {
  /** What this remote remembers of the run: read it, change it. Kept with the acknowledgement. */
  state: RemoteState;
  /** Brings the state to the disk now. */
  save(): void;
  /** For what the other side will never take. */
  refuse(what: unknown, why: string): void;
  signal: AbortSignal;
}

/** The other side. Knows no queue and no retry. */
export interface Remote {
  readonly name: string;
  readonly traffic: Traffic;
  /**
   * Brings events over, in order. Called again with the same ones (and more after them) when it threw: what has arrived must count once.
   * Throws RemoteError: `passing` to be called again later, `denied` to be left alone until a person has mended it.
   */
  deliver(events: readonly TrackEvent[], context: DeliverContext): Promise<void>;
}
