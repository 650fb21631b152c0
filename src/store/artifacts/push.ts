import { OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import type { Blobs, Content } from './blobs.ts';
import type { Places } from './places/open.ts';
import { LOCAL } from './places/place.ts';

export interface Pushed {
  /** Where to. */
  to: string;
  contents: number;
  bytes: number;
  /** Contents that lie on another machine's disk: that one has to push them. */
  elsewhere: number;
}

/** Contents under way at once; a large one goes in several parts at once as well. */
const AT_ONCE = 2;

/**
 * Brings contents from this machine's disk to the object store, the store's rows after each: whoever is killed in between has lost
 * nothing. The first one that fails ends it, and is thrown.
 */
export async function pushContents(
  blobs: Blobs,
  places: Places,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: OnProgress },
): Promise<Pushed> {
  if (places.target === undefined) {
    throw new OslerError('USAGE', 'There is no object store to push to.', {
      hint: 'Name one: OSLER_ARTIFACTS=s3://bucket/prefix or gs://bucket/prefix',
    });
  }
  const target = await places.at(places.target);
  const result: Pushed = { to: places.target, contents: 0, bytes: 0, elsewhere: 0 };
  const here: Content[] = [];
  for await (const content of blobs.at(LOCAL)) {
    if ((await places.local.stat(content.sha256)) === undefined) result.elsewhere += 1;
    else here.push(content);
  }
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < here.length) {
      signal?.throwIfAborted();
      const { sha256, bytes } = here[next++]!;
      const { before } = await blobs.keep({ sha256, bytes }, async (now) => {
        if (now !== LOCAL) return now ?? LOCAL;
        await target.put({ path: places.local.pathOf(sha256), sha256, bytes }, signal);
        return target.address;
      });
      if (before === LOCAL) await places.local.remove(sha256);
      result.contents += 1;
      result.bytes += bytes;
      onProgress?.({ task: 'uploading artifacts', done: result.contents, total: here.length });
    }
  };
  const workers = Array.from({ length: AT_ONCE }, () =>
    worker().catch((error: unknown) => {
      next = here.length;
      // The libraries' own words for an interruption say nothing.
      signal?.throwIfAborted();
      throw error;
    }),
  );
  for (const ended of await Promise.allSettled(workers)) if (ended.status === 'rejected') throw ended.reason;
  return result;
}
