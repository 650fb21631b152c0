import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Kysely, Transaction } from 'kysely';
import { OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { persist } from '../engine.ts';
import { runDir } from '../paths.ts';
import type { Tables } from '../schema.ts';
import { type Blobs, blobRepository } from './blobs.ts';
import { type Checked, checkContents } from './check.ts';
import { fullDisk, hashFile, receive, traces, verified } from './content.ts';
import { type FreedContent, freeContents } from './free.ts';
import { checkPath } from './names.ts';
import { localPlace } from './places/local.ts';
import { openPlaces } from './places/open.ts';
import { LOCAL } from './places/place.ts';
import { type Pushed, pushContents } from './push.ts';

export interface Artifact {
  /** Relative, with forward slashes. */
  path: string;
  /** `checkpoint`, `evaluation`, `plot`... `file` for what another program sent. */
  kind: string;
  bytes: number;
  sha256: string;
  addedAt: string;
}

/**
 * Files of runs, of logged models (`owner` is the id of one) and of registered bundles (`bundle-` and the digest), each content kept once under its sha256: on this machine's disk, or
 * in an object store where one is configured.
 */
export interface Artifacts {
  /**
   * Records a file that lies in the run's folder; hashed here, and linked, not copied: it may not be written in place again, but
   * for a file that `grows`, which is copied. Again for the same path: the new content is recorded. In an object store it is with
   * the next `push`.
   */
  add(runId: string, file: { path: string; kind: string; grows?: boolean }): Promise<Artifact>;
  /**
   * Records what a stream brings, in an object store, where one is configured, before this returns. Nothing is recorded when the
   * stream breaks off. Throws USAGE for a path that leads elsewhere or is a folder, NOT_FOUND for an unknown owner, STORE_FAILED.
   */
  write(
    owner: string,
    file: { path: string; kind: string },
    source: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Artifact>;
  /** In order of path; those below a folder when `under` names one, after `after`, at most `limit`. */
  list(owner: string, page?: { under?: string; after?: string; limit?: number }): Promise<Artifact[]>;
  /** Throws NOT_FOUND. */
  get(owner: string, path: string): Promise<Artifact>;
  /**
   * The content. Its sum is checked while it is read: an altered one never ends well, but with ARTIFACT_ALTERED before its last
   * bytes. Throws NOT_FOUND.
   */
  read(owner: string, path: string): Promise<{ artifact: Artifact; body: Readable }>;
  /** Forgets a file, or all below a folder; their space is freed by `free`. Returns how many. */
  remove(owner: string, path: string): Promise<number>;
  /** Brings to the object store what lies on this machine's disk. Throws USAGE where none is configured. */
  push(deps?: { signal?: AbortSignal; onProgress?: OnProgress }): Promise<Pushed>;
  /** Whether an object store is configured, which other machines may read. */
  readonly remote: boolean;
  /** How much waits for `push`; 0 where no object store is configured. */
  waiting(): Promise<number>;
  /** Removes contents that nothing refers to. With `dryRun` only counts, as if deleted runs were purged. */
  free(options: { dryRun: boolean; linksGone?: (inode: number) => number }): Promise<FreedContent>;
  /** What is missing or has another size; with `content` also what has other bytes. In sentences. */
  check(options: { content: boolean }): AsyncGenerator<string, Checked, undefined>;
  close(): Promise<void>;
}

/** Its digest names what it holds, whether a version of a model refers to it already or will in a moment. */
const BUNDLE_OWNER = /^bundle-[0-9a-f]{64}$/;

export function artifactRepository(db: Kysely<Tables>, home: string, target: string | undefined): Artifacts {
  const local = localPlace(home);
  const places = openPlaces(home, local, target);
  const blobs: Blobs = blobRepository(db);

  async function get(owner: string, path: string): Promise<Artifact> {
    const row = await db
      .selectFrom('artifacts')
      .selectAll()
      .where('owner', '=', owner)
      .where('path', '=', path)
      .executeTakeFirst();
    if (row !== undefined) return artifactOf(row);
    throw new OslerError('NOT_FOUND', `${owner} has no artifact ${JSON.stringify(path.slice(0, 200))}.`, {
      hint: `osler runs show ${owner.slice(0, 12)} lists what there is.`,
    });
  }

  /** From wherever it lies now: a `push` may take it elsewhere between the question and the answer. */
  async function openContent(owner: string, { path, sha256 }: Artifact, offset: number): Promise<Readable> {
    const place = await blobs.placeOf(sha256);
    if (place === null) return fromFolder(join(runDir(home, owner), path), offset);
    try {
      return await (await places.at(place ?? LOCAL)).read(sha256, offset);
    } catch (error) {
      const now = await blobs.placeOf(sha256);
      if (!isAbsent(error) || now === place || now === null || now === undefined) throw error;
      return (await places.at(now)).read(sha256, offset);
    }
  }

  return {
    async add(runId, { path, kind, grows = false }) {
      checkPath(path);
      await checkOwner(db, runId);
      const source = join(runDir(home, runId), path);
      for (let attempt = 0; ; attempt++) {
        // A file that grows is hashed as its copy; one that does not must still be the file that was hashed when it is linked.
        const before = grows ? '' : await traces(source).catch(() => '');
        const file = grows ? await receive(fromFolder(source, 0), await local.incoming()) : await hashFile(source);
        const artifact = { path, kind, bytes: file.bytes, sha256: file.sha256, addedAt: new Date().toISOString() };
        let changed = false;
        try {
          await blobs.keep(
            file,
            async (now) => {
              if (now !== null && now !== LOCAL) return now;
              await (grows ? local.take(file) : local.put(file)).catch(fullDisk);
              changed = !grows && (await traces(source)) !== before;
              if (changed) await local.remove(file.sha256);
              if (changed) throw new Error(`${source} changed while it was recorded`);
              return LOCAL;
            },
            (trx) => attach(trx, runId, artifact),
          );
          return artifact;
        } catch (error) {
          if (!changed || attempt >= 2) throw error;
        } finally {
          if (grows) await rm(file.path, { force: true });
        }
      }
    },
    async write(owner, { path, kind }, source, signal) {
      checkPath(path);
      await checkOwner(db, owner);
      const file = await receive(source, await local.incoming().catch(fullDisk), signal);
      try {
        const artifact = { path, kind, bytes: file.bytes, sha256: file.sha256, addedAt: new Date().toISOString() };
        const { before, after } = await blobs.keep(
          file,
          async (now) => {
            if (now !== null && now !== LOCAL) return now;
            if (places.target === undefined) {
              await local.take(file);
              return LOCAL;
            }
            await (await places.at(places.target)).put(file, signal);
            return places.target;
          },
          (trx) => attach(trx, owner, artifact),
        );
        if (before === LOCAL && after !== LOCAL) await local.remove(file.sha256);
        return artifact;
      } finally {
        await rm(file.path, { force: true });
      }
    },
    get,
    async read(owner, path) {
      const artifact = await get(owner, path);
      const first = await openContent(owner, artifact, 0);
      const pieces = verified(artifact, first, (offset) => openContent(owner, artifact, offset));
      const body = Readable.from(pieces, { objectMode: false, highWaterMark: 512 * 1024 });
      // Of a reader that never began to read.
      body.once('close', () => first.destroy());
      return { artifact, body };
    },
    async list(owner, { under, after, limit } = {}) {
      let query = db.selectFrom('artifacts').selectAll().where('owner', '=', owner).orderBy('path');
      if (under !== undefined && under !== '')
        query = query.where('path', '>=', `${under}/`).where('path', '<', `${under}0`);
      if (after !== undefined) query = query.where('path', '>', after);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map(artifactOf);
    },
    async remove(owner, path) {
      const { numDeletedRows } = await persist(() =>
        db
          .deleteFrom('artifacts')
          .where('owner', '=', owner)
          .where(({ or, and, eb }) =>
            or([eb('path', '=', path), and([eb('path', '>=', `${path}/`), eb('path', '<', `${path}0`)])]),
          )
          .executeTakeFirstOrThrow(),
      );
      return Number(numDeletedRows);
    },
    remote: places.target !== undefined,
    push: (deps = {}) => pushContents(blobs, places, deps),
    async waiting() {
      if (places.target === undefined) return 0;
      let count = 0;
      for await (const { sha256 } of blobs.at(LOCAL)) if ((await local.stat(sha256)) !== undefined) count += 1;
      return count;
    },
    free: (options) => freeContents(db, blobs, places, home, options),
    check: (options) => checkContents(db, places, home, options),
    close: () => places.close(),
  };
}

function artifactOf({ path, kind, bytes, sha256, added_at }: Tables['artifacts']): Artifact {
  return { path, kind, bytes, sha256, addedAt: added_at };
}

async function checkOwner(db: Kysely<Tables>, owner: string): Promise<void> {
  if (BUNDLE_OWNER.test(owner)) return;
  const run = await db.selectFrom('runs').select('id').where('id', '=', owner).executeTakeFirst();
  if (run !== undefined) return;
  const model = await db.selectFrom('logged_models').select('id').where('id', '=', owner).executeTakeFirst();
  if (model !== undefined) return;
  throw new OslerError('NOT_FOUND', `There is no run or logged model ${JSON.stringify(owner.slice(0, 100))}.`, {
    hint: 'List the runs: osler runs list',
  });
}

/** Throws USAGE where a file would stand in a folder's place, or the other way about: nobody could download both. */
async function attach(trx: Transaction<Tables>, owner: string, artifact: Artifact): Promise<void> {
  await checkOwner(trx, owner);
  const { path, kind, bytes, sha256, addedAt } = artifact;
  const parts = path.split('/');
  const above = parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
  const of = () => trx.selectFrom('artifacts').select('path').where('owner', '=', owner);
  const file = above.length === 0 ? undefined : await of().where('path', 'in', above).executeTakeFirst();
  const inside = await of().where('path', '>=', `${path}/`).where('path', '<', `${path}0`).limit(1).executeTakeFirst();
  if (file !== undefined || inside !== undefined) {
    throw new OslerError(
      'USAGE',
      file === undefined
        ? `${JSON.stringify(path)} is a folder: it holds ${JSON.stringify(inside!.path)}.`
        : `${JSON.stringify(file.path)} is a file, not a folder for ${JSON.stringify(path)}.`,
      { hint: 'Give the artifact another name.' },
    );
  }
  const row = { kind, bytes, sha256, added_at: addedAt };
  await trx
    .insertInto('artifacts')
    .values({ owner, path, ...row })
    .onConflict((c) => c.columns(['owner', 'path']).doUpdateSet(row))
    .execute();
}

function fromFolder(path: string, offset: number): Readable {
  return createReadStream(path, { start: offset, highWaterMark: 256 * 1024 });
}

const isAbsent = (error: unknown): boolean => error instanceof OslerError && error.code === 'NOT_FOUND';
