import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { OslerError } from '../../errors.ts';
import { canonicalJson } from '../canonical.ts';
import type { Tables } from '../schema.ts';
import type { SigningKey } from '../signing-key.ts';
import type { TrailEnd } from '../trail.ts';
import { signHex } from '../trail-event.ts';
import { numbersOf, numbersUnder } from './numbers.ts';
import { registryReader, sealedHash } from './read.ts';
import { type Actor, type RegistryWriter, VersionRecord } from './types.ts';

/** The registry inside a transaction that holds the trail's end. */
export function registryWriter(
  trx: Kysely<Tables>,
  { actor, end, key, operation }: { actor: Actor; end: TrailEnd; key: SigningKey; operation: string },
): RegistryWriter {
  const now = Date.parse(end.at);
  const reader = registryReader(trx);
  let decisions = 0;

  async function refuseTaken(name: string): Promise<void> {
    if ((await reader.model(name)) === null) return;
    throw new OslerError('ALREADY_EXISTS', `There is a registered model "${name}" already.`);
  }
  /** A name and a number mean one network for ever. */
  async function refuseNumbers(id: number, name: string): Promise<void> {
    const own = await numbersOf(trx, id);
    if (own === null) return;
    const clash = (await numbersUnder(trx, name, id)).find(({ first, last }) => first <= own.last && own.first <= last);
    if (clash === undefined) return;
    const used = clash.first === clash.last ? `${name}@${clash.last}` : `${name}@${clash.first} to @${clash.last}`;
    throw new OslerError('ALREADY_EXISTS', `${used} named versions of another model once: they would mean others.`, {
      hint: 'Choose a name that no model had.',
    });
  }
  const touchModel = async (id: number): Promise<void> => {
    await trx.updateTable('registered_models').set({ updated_at: now }).where('id', '=', id).execute();
  };

  return {
    ...reader,
    now,
    async event(event) {
      await end.append({ ...actor, ...event });
    },
    async lastEvent(what) {
      const row = await trx
        .selectFrom('events')
        .select(['before', 'after'])
        .where('what', '=', what)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return null;
      return { before: parse(row.before), after: parse(row.after) };
    },
    async addModel(name, description) {
      await refuseTaken(name);
      await trx
        .insertInto('registered_models')
        .values({ name, description, created_at: now, updated_at: now, deleted_at: null })
        .execute();
      return (await reader.model(name))!;
    },
    async changeModel(id, { name, description, deleted }) {
      if (name !== undefined) {
        await refuseTaken(name);
        await refuseNumbers(id, name);
      }
      await trx
        .updateTable('registered_models')
        .set({
          updated_at: now,
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
          ...(deleted === undefined ? {} : { deleted_at: now }),
        })
        .where('id', '=', id)
        .execute();
      if (deleted) await trx.deleteFrom('model_aliases').where('model_id', '=', id).execute();
    },
    numbers: (modelId) => numbersOf(trx, modelId),
    async addVersion(modelId, record, description) {
      const checked = VersionRecord.parse(record);
      const { name } = await trx
        .selectFrom('registered_models')
        .select('name')
        .where('id', '=', modelId)
        .executeTakeFirstOrThrow();
      const own = await numbersOf(trx, modelId);
      const used = [...(own === null ? [] : [own]), ...(await numbersUnder(trx, name, modelId))];
      const version = Math.max(0, ...used.map(({ last }) => last)) + 1;
      const hash = sealedHash({ modelId, version, createdAt: now, record: checked });
      await trx
        .insertInto('model_versions')
        .values({
          model_id: modelId,
          version,
          created_at: now,
          run_id: checked.runId,
          source: checked.source,
          digest: checked.bundle?.digest ?? null,
          record: canonicalJson(checked),
          key: key.publicKey,
          signature: signHex(hash, key),
        })
        .execute();
      await trx
        .insertInto('version_states')
        .values({
          model_id: modelId,
          version,
          status: 'pending',
          stage: 'None',
          description,
          updated_at: now,
          deleted_at: null,
        })
        .execute();
      await touchModel(modelId);
      return version;
    },
    async changeVersion(modelId, version, { deleted, ...patch }) {
      await trx
        .updateTable('version_states')
        .set({ ...patch, updated_at: now, ...(deleted === undefined ? {} : { deleted_at: now }) })
        .where('model_id', '=', modelId)
        .where('version', '=', version)
        .execute();
    },
    async setAlias(modelId, alias, version) {
      if (version === null) {
        await trx.deleteFrom('model_aliases').where('model_id', '=', modelId).where('alias', '=', alias).execute();
      } else {
        await trx
          .insertInto('model_aliases')
          .values({ model_id: modelId, alias, version })
          .onConflict((c) => c.columns(['model_id', 'alias']).doUpdateSet({ version }))
          .execute();
      }
    },
    async setModelTag(modelId, tag, value) {
      if (value === null) {
        await trx.deleteFrom('model_tags').where('model_id', '=', modelId).where('key', '=', tag).execute();
      } else {
        await trx
          .insertInto('model_tags')
          .values({ model_id: modelId, key: tag, value })
          .onConflict((c) => c.columns(['model_id', 'key']).doUpdateSet({ value }))
          .execute();
      }
    },
    async setVersionTag(modelId, version, tag, value) {
      if (value === null) {
        await trx
          .deleteFrom('version_tags')
          .where('model_id', '=', modelId)
          .where('version', '=', version)
          .where('key', '=', tag)
          .execute();
      } else {
        await trx
          .insertInto('version_tags')
          .values({ model_id: modelId, version, key: tag, value })
          .onConflict((c) => c.columns(['model_id', 'version', 'key']).doUpdateSet({ value }))
          .execute();
      }
    },
    async addDecision(modelId, version, { decision, reason, override, policy, evidence }) {
      const row = {
        id: `${operation}.${decisions++}`,
        model_id: modelId,
        version,
        at: now,
        who: actor.who,
        decision,
        reason,
        override,
        policy: policy === null ? null : canonicalJson(policy),
        evidence: evidence === null ? null : canonicalJson(evidence),
      };
      await trx.insertInto('decisions').values(row).execute();
      return { decision: row.id, digest: decisionDigest(row) };
    },
  };
}

/** sha256 of a decision's row as canonical JSON: what the trail holds of it. */
export function decisionDigest(row: Selectable<Tables['decisions']>): string {
  return createHash('sha256').update(canonicalJson(row)).digest('hex');
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
