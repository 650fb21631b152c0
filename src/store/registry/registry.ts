import type { Kysely } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';
import { signingKey } from '../signing-key.ts';
import { isDone, newOperation, noteHead, type TrailEnd, takeTrail } from '../trail.ts';
import { registryReader } from './read.ts';
import type { RegistryStore } from './types.ts';
import { decisionDigest, registryWriter } from './write.ts';

/** Who reads waits for an answer, and can ask again. */
const READING_MS = 5_000;

export function registryRepository(db: Kysely<Tables>, home: string, headFile: string): RegistryStore {
  const { model, models, version, versions, searchVersions, decisions } = registryReader(db);
  return {
    model: (name) => persist(() => model(name), READING_MS),
    models: (page) => persist(() => models(page), READING_MS),
    version: (name, number) => persist(() => version(name, number), READING_MS),
    versions: (name) => persist(() => versions(name), READING_MS),
    searchVersions: (page) => persist(() => searchVersions(page), READING_MS),
    decisions: (id, number) => persist(() => decisions(id, number), READING_MS),
    async sealed() {
      const rows = await db
        .selectFrom('model_versions as v')
        .innerJoin('registered_models as m', 'm.id', 'v.model_id')
        .leftJoin('version_states as s', (join) =>
          join.onRef('s.model_id', '=', 'v.model_id').onRef('s.version', '=', 'v.version'),
        )
        .selectAll('v')
        .select(['m.name', 'm.deleted_at as model_deleted', 's.deleted_at as version_deleted'])
        .orderBy('v.model_id')
        .orderBy('v.version')
        .execute();
      return rows.map((row) => ({
        modelId: row.model_id,
        model: row.name,
        version: row.version,
        createdAt: row.created_at,
        digest: row.digest,
        source: row.source,
        runId: row.run_id,
        record: row.record,
        key: row.key,
        signature: row.signature,
        deleted: row.model_deleted !== null || row.version_deleted !== null,
      }));
    },
    async decisionDigests() {
      const rows = await db.selectFrom('decisions').selectAll().orderBy('id').execute();
      return rows.map((row) => ({ id: row.id, who: row.who, decision: row.decision, digest: decisionDigest(row) }));
    },
    async change(actor, work) {
      const key = await signingKey(home);
      const operation = newOperation();
      let last: { result: Awaited<ReturnType<typeof work>>; end: TrailEnd } | undefined;
      await persist(async (again) => {
        // Done already, when only its acknowledgement was lost.
        if (again && last !== undefined && (await isDone(db, operation))) return;
        await db.transaction().execute(async (trx) => {
          const end = await takeTrail(trx, operation, key);
          last = { result: await work(registryWriter(trx, { actor, end, key, operation })), end };
        });
      });
      await noteHead(headFile, last!.end.head);
      return last!.result;
    },
  };
}
