import type { ModelRow, VersionRow } from '../../store/registry/types.ts';

/** Registered models and their versions as MLflow's protocol buffers in JSON. */

export function encodeVersion(row: VersionRow, aliases: readonly string[] = row.aliases) {
  const { record } = row;
  const tags = Object.entries(row.tags).map(([key, value]) => ({ key, value }));
  return {
    name: row.model,
    version: String(row.version),
    creation_timestamp: row.createdAt,
    last_updated_timestamp: row.updatedAt,
    current_stage: row.stage,
    ...(row.description === null ? {} : { description: row.description }),
    source: record.source,
    run_id: record.runId ?? '',
    status: 'READY',
    ...(tags.length === 0 ? {} : { tags }),
    run_link: record.runLink ?? '',
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** With the newest version of each stage. Their aliases are told with the model, as MLflow does. */
export function encodeModelRow(model: ModelRow, versions: readonly VersionRow[]) {
  const latest = latestByStage(versions);
  const tags = Object.entries(model.tags).map(([key, value]) => ({ key, value }));
  const aliases = Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) }));
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    ...(model.description ? { description: model.description } : {}),
    ...(latest.length === 0 ? {} : { latest_versions: latest.map((row) => encodeVersion(row, [])) }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** Stages in the order in which a version first came to stand in them. @param versions newest first. */
export function latestByStage(versions: readonly VersionRow[]): VersionRow[] {
  const latest = new Map<string, VersionRow>();
  for (const row of versions.toReversed()) latest.set(row.stage, row);
  return [...latest.values()];
}
