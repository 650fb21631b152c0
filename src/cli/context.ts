import { resolve } from 'node:path';
import { Output } from './output.ts';

/** What every verb is handed. Nothing else is global. */
export interface Context {
  out: Output;
  /** OSLER_HOME, absolute: all state lives here. */
  home: string;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; the second ends the process at once. */
  signal: AbortSignal;
}

export function makeContext(options: { json: boolean; home: string; signal: AbortSignal }): Context {
  return { out: new Output({ json: options.json }), home: resolve(options.home), signal: options.signal };
}
