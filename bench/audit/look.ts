/** Osler's search for copies over image files, without an import: what `findCopies` needs, in memory. */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { ContentPair } from '../../src/data/duplicates/copies.ts';
import { findCopies } from '../../src/data/duplicates/find.ts';
import { mapBounded } from '../../src/data/pool.ts';
import type { ProbeQuestion, ProbeReply } from '../../src/data/probe.ts';
import { ThreadPool } from '../../src/threads/thread-pool.ts';

export interface Looked {
  /** By path. */
  hashes: Map<string, string>;
  pairs: ContentPair[];
  /** Reading, hashing, decoding and fingerprinting; then the search. */
  seconds: { read: number; search: number };
}

export async function look(paths: readonly string[], options: { strictFrom?: number } = {}): Promise<Looked> {
  const size = availableParallelism();
  const file = new URL('../../src/data/probe-worker.ts', import.meta.url);
  const threads = new ThreadPool<ProbeQuestion, ProbeReply>({ file, name: 'probe', size, each: 2 });
  const hashes = new Map<string, string>();
  const files = new Map<string, { path: string; width: number; height: number; fingerprint: Uint8Array }>();
  const start = performance.now();
  async function* each() {
    yield* paths;
  }
  const examined = mapBounded(each(), 4 * size, async (path) => ({
    path,
    found: await threads.run(() => ({ request: { file: path, keep: null }, transfer: [] })),
  }));
  for await (const { path, found } of examined) {
    if ('reason' in found) throw new Error(`${path}: ${found.reason}`);
    const { sha256, width, height, fingerprint } = found;
    hashes.set(path, sha256);
    files.set(sha256, { path, width, height, fingerprint });
  }
  await threads.close();
  const read = performance.now();
  const contents = {
    hashes: [...files.keys()].sort(),
    fingerprint: (sha: string) => files.get(sha)!.fingerprint,
    file: (sha: string) => files.get(sha)!,
  };
  const pairs = await findCopies(contents, { near: true, ...options });
  const end = performance.now();
  return { hashes, pairs, seconds: { read: (read - start) / 1000, search: (end - read) / 1000 } };
}
