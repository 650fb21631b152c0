import { CHAMPION } from '../../registry/names.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { ModelRow, VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';

/** A registered model at a glance. */
export interface ModelOverview {
  model: ModelRow;
  versions: number;
  newest: VersionRow | null;
  champion: VersionRow | null;
  /** Versions that wait for a decision, newest first. */
  pending: number[];
  /** That name one of its versions. */
  deployments: string[];
  /** Whether a policy was set aside for the champion. */
  overridden: boolean;
}

/** Some models, each with what people ask of it first. */
export async function overviewOf(store: Store, models: readonly ModelRow[]): Promise<ModelOverview[]> {
  const users = new Map<string, string[]>();
  for (const { name, revision } of await store.deployments.list()) {
    for (const model of new Set(membersOf(parseSpec(revision.spec)).map((member) => member.model))) {
      users.set(model, [...(users.get(model) ?? []), name]);
    }
  }
  const all: ModelOverview[] = [];
  for (const model of models) {
    const versions = await store.registry.versions(model.name);
    const champion = versions.find(({ aliases }) => aliases.includes(CHAMPION)) ?? null;
    const decisions = champion === null ? [] : await store.registry.decisions(model.id, champion.version);
    all.push({
      model,
      versions: versions.length,
      newest: versions[0] ?? null,
      champion,
      pending: versions.filter(({ status }) => status === 'pending').map(({ version }) => version),
      deployments: users.get(model.name) ?? [],
      overridden: decisions.some(({ override }) => override !== null),
    });
  }
  return all;
}
