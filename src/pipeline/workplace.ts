import type { OnProgress } from '../progress.ts';

/** What stages need that let models answer: where things lie, who hears of it, and what ends the work. */
export interface Workplace {
  /** OSLER_HOME, absolute. */
  home: string;
  /** Of a PostgreSQL store; undefined for SQLite in `home`. */
  databaseUrl: string | undefined;
  /** Of an object store that artifacts go to; undefined for the disk of `home`. */
  artifacts: string | undefined;
  signal: AbortSignal;
  /** Of ONNX Runtime; all processors where it is not said. */
  threads?: number;
  out: { readonly progress: OnProgress; warn(text: string): void };
}
