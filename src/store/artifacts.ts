import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Kysely } from 'kysely';
import { persist } from './engine.ts';
import { runDir } from './paths.ts';
import type { Tables } from './schema.ts';

export interface Artifact {
  /** Relative to the run's folder, with forward slashes. */
  path: string;
  /** `checkpoint`, `evaluation`, `plot`... */
  kind: string;
  bytes: number;
  sha256: string;
  addedAt: string;
}

export interface Artifacts {
  /** Records a file that lies in the run's folder; hashed here. Again for the same path: the new content is recorded. */
  add(runId: string, file: { path: string; kind: string }): Promise<Artifact>;
  /** In order of path. */
  list(runId: string): Promise<Artifact[]>;
}

export function artifactRepository(db: Kysely<Tables>, home: string): Artifacts {
  return {
    async add(runId, { path, kind }) {
      const file = join(runDir(home, runId), path);
      const hash = createHash('sha256');
      await pipeline(createReadStream(file), hash);
      const row = {
        kind,
        bytes: (await stat(file)).size,
        sha256: hash.digest('hex'),
        added_at: new Date().toISOString(),
      };
      await persist(() =>
        db
          .insertInto('artifacts')
          .values({ owner: runId, path, ...row })
          .onConflict((c) => c.columns(['owner', 'path']).doUpdateSet(row))
          .execute(),
      );
      return { path, kind, bytes: row.bytes, sha256: row.sha256, addedAt: row.added_at };
    },
    async list(runId) {
      const rows = await db.selectFrom('artifacts').selectAll().where('owner', '=', runId).orderBy('path').execute();
      return rows.map(({ path, kind, bytes, sha256, added_at }) => ({ path, kind, bytes, sha256, addedAt: added_at }));
    },
  };
}
