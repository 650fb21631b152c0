import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { canonicalJson } from '../canonical.ts';
import type { Tables } from '../schema.ts';
import { findModels, findVersions } from './search.ts';
import {
  type Decision,
  type ModelRow,
  type RegistryReader,
  type Stage,
  VersionRecord,
  type VersionRow,
  type VersionStatus,
} from './types.ts';

/** What the signature of a version is over: sha256, hex. */
export function sealedHash(version: { modelId: number; version: number; createdAt: number; record: unknown }): string {
  const { modelId, version: number, createdAt, record } = version;
  return createHash('sha256')
    .update(canonicalJson({ modelId, version: number, createdAt, record }))
    .digest('hex');
}

export function registryReader(db: Kysely<Tables>): RegistryReader {
  const versionRows = () =>
    db
      .selectFrom('model_versions')
      .innerJoin('registered_models', 'registered_models.id', 'model_versions.model_id')
      .innerJoin('version_states', (join) =>
        join
          .onRef('version_states.model_id', '=', 'model_versions.model_id')
          .onRef('version_states.version', '=', 'model_versions.version'),
      )
      .select([
        'model_versions.model_id as modelId',
        'registered_models.name as model',
        'model_versions.version',
        'model_versions.created_at as createdAt',
        'version_states.updated_at as updatedAt',
        'version_states.status',
        'version_states.stage',
        'version_states.description',
        'model_versions.record',
        'model_versions.key',
        'model_versions.signature',
      ])
      .where('registered_models.deleted_at', 'is', null)
      .where('version_states.deleted_at', 'is', null);
  type Found = Awaited<ReturnType<ReturnType<typeof versionRows>['execute']>>;

  /** Tags and aliases in two queries for all. */
  async function withNames(rows: Found): Promise<VersionRow[]> {
    if (rows.length === 0) return [];
    const models = [...new Set(rows.map((row) => row.modelId))];
    const tags = await db
      .selectFrom('version_tags')
      .selectAll()
      .where('model_id', 'in', models)
      .orderBy('key')
      .execute();
    const aliases = await db
      .selectFrom('model_aliases')
      .selectAll()
      .where('model_id', 'in', models)
      .orderBy('alias')
      .execute();
    const of = (row: { model_id: number; version: number }): string => `${row.model_id}/${row.version}`;
    const tagsOf = Map.groupBy(tags, of);
    const aliasesOf = Map.groupBy(aliases, of);
    return rows.map((row) => {
      const key = `${row.modelId}/${row.version}`;
      return {
        ...row,
        status: row.status as VersionStatus,
        stage: row.stage as Stage,
        record: VersionRecord.parse(JSON.parse(row.record)),
        tags: Object.fromEntries((tagsOf.get(key) ?? []).map((tag) => [tag.key, tag.value])),
        aliases: (aliasesOf.get(key) ?? []).map(({ alias }) => alias),
      };
    });
  }

  async function modelsOf(ids: readonly number[]): Promise<ModelRow[]> {
    if (ids.length === 0) return [];
    const [rows, tags, aliases] = [
      await db.selectFrom('registered_models').selectAll().where('id', 'in', ids).execute(),
      await db.selectFrom('model_tags').selectAll().where('model_id', 'in', ids).orderBy('key').execute(),
      await db.selectFrom('model_aliases').selectAll().where('model_id', 'in', ids).orderBy('alias').execute(),
    ];
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = byId.get(id)!;
      return {
        id,
        name: row.name,
        description: row.description,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
        tags: Object.fromEntries(tags.filter((tag) => tag.model_id === id).map((tag) => [tag.key, tag.value])),
        aliases: Object.fromEntries(aliases.filter((a) => a.model_id === id).map((a) => [a.alias, a.version])),
      };
    });
  }

  return {
    async model(name) {
      const row = await db
        .selectFrom('registered_models')
        .select('id')
        .where('name', '=', name)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return row === undefined ? null : (await modelsOf([row.id]))[0]!;
    },
    models: async (page) => modelsOf(await findModels(db, page)),
    async version(model, version) {
      // Beyond what a column holds there is none.
      if (!Number.isInteger(version) || version < 1 || version > 2 ** 31) return null;
      const rows = await versionRows()
        .where('registered_models.name', '=', model)
        .where('model_versions.version', '=', version)
        .execute();
      return (await withNames(rows))[0] ?? null;
    },
    async versions(model) {
      const rows = await versionRows()
        .where('registered_models.name', '=', model)
        .orderBy('model_versions.version', 'desc')
        .execute();
      return withNames(rows);
    },
    async searchVersions(page) {
      const keys = await findVersions(db, page);
      if (keys.length === 0) return [];
      const wanted = new Set(keys.map(({ modelId, version }) => `${modelId}/${version}`));
      const rows = await versionRows()
        .where('model_versions.model_id', 'in', [...new Set(keys.map((key) => key.modelId))])
        .where('model_versions.version', 'in', [...new Set(keys.map((key) => key.version))])
        .execute();
      const found = await withNames(rows.filter((row) => wanted.has(`${row.modelId}/${row.version}`)));
      const byKey = new Map(found.map((row) => [`${row.modelId}/${row.version}`, row]));
      return keys.flatMap(({ modelId, version }) => byKey.get(`${modelId}/${version}`) ?? []);
    },
    async decisions(modelId, version) {
      const rows = await db
        .selectFrom('decisions')
        .selectAll()
        .where('model_id', '=', modelId)
        .where('version', '=', version)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(
        (row): Decision => ({
          id: row.id,
          at: row.at,
          who: row.who,
          decision: row.decision as Decision['decision'],
          reason: row.reason,
          override: row.override,
          policy: row.policy === null ? null : JSON.parse(row.policy),
          evidence: row.evidence === null ? null : JSON.parse(row.evidence),
        }),
      );
    },
  };
}
