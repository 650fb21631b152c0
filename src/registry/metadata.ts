import { OslerError } from '../errors.ts';
import type { Actor, ModelRow, RegistryReader, VersionRecord, VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { checkModelName, findVersion, versionName } from './names.ts';
import type { Policy } from './policy.ts';
import { refuseTaking, refuseTakingModel } from './protect.ts';
import { addVersion } from './register.ts';

/**
 * What of models and versions is no decision: names, descriptions, tags. Each change is an event of the trail too.
 * What hides a version, or moves it to another name, throws NOT_APPROVED while it has an alias or a stage that `guard` protects.
 */

/** Throws ALREADY_EXISTS. */
export async function createModel(
  store: Store,
  actor: Actor,
  asked: { name: string; description?: string | undefined; tags?: Record<string, string> },
): Promise<ModelRow> {
  checkModelName(asked.name);
  const { name, description = null, tags = {} } = asked;
  return store.registry.change(actor, async (registry) => {
    const model = await registry.addModel(name, description);
    for (const [key, value] of Object.entries(tags)) await registry.setModelTag(model.id, key, value);
    await registry.event({ what: 'model.create', subject: name, after: { name, description, tags } });
    return (await registry.model(name))!;
  });
}

/** Throws NOT_FOUND, or ALREADY_EXISTS for a name that is taken or whose numbers meant other versions. */
export async function renameModel(
  store: Store,
  actor: Actor,
  name: string,
  next: string,
  guard?: Policy,
): Promise<ModelRow> {
  checkModelName(next);
  return store.registry.change(actor, async (registry) => {
    const model = await needModel(registry, name);
    if (next === name) return model;
    if (guard !== undefined) await refuseTakingModel(registry, guard, name);
    await registry.changeModel(model.id, { name: next });
    const before = { name, id: model.id, ...(await registry.numbers(model.id)) };
    await registry.event({ what: 'model.rename', subject: name, before, after: { name: next } });
    return (await registry.model(next))!;
  });
}

export async function describeModel(store: Store, actor: Actor, name: string, description: string): Promise<ModelRow> {
  return store.registry.change(actor, async (registry) => {
    const model = await needModel(registry, name);
    await registry.changeModel(model.id, { description });
    if (model.description !== description) {
      const before = { description: model.description };
      await registry.event({ what: 'model.describe', subject: name, before, after: { description } });
    }
    return (await registry.model(name))!;
  });
}

/** Hides a model and its versions; their rows and all that was decided stay, and its name may be taken again: numbers go on. */
export async function deleteModel(store: Store, actor: Actor, name: string, guard?: Policy): Promise<void> {
  await store.registry.change(actor, async (registry) => {
    const model = await needModel(registry, name);
    if (guard !== undefined) await refuseTakingModel(registry, guard, name);
    await registry.changeModel(model.id, { deleted: true });
    await registry.event({ what: 'model.delete', subject: name, before: { aliases: model.aliases } });
  });
}

/** Null takes the tag away. */
export async function setModelTag(
  store: Store,
  actor: Actor,
  name: string,
  key: string,
  value: string | null,
): Promise<void> {
  await store.registry.change(actor, async (registry) => {
    const model = await needModel(registry, name);
    const before = Object.hasOwn(model.tags, key) ? model.tags[key]! : null;
    if (before === value) return;
    await registry.setModelTag(model.id, key, value);
    await registry.event({ what: 'model.tag', subject: name, ...tagChange(key, before, value) });
  });
}

/** Null takes the tag away. */
export async function setVersionTag(
  store: Store,
  actor: Actor,
  ref: { model: string; version: number },
  key: string,
  value: string | null,
): Promise<void> {
  await store.registry.change(actor, async (registry) => {
    const row = await findVersion(registry, ref);
    const before = Object.hasOwn(row.tags, key) ? row.tags[key]! : null;
    if (before === value) return;
    await registry.setVersionTag(row.modelId, row.version, key, value);
    await registry.event({ what: 'version.tag', subject: versionName(row), ...tagChange(key, before, value) });
  });
}

export async function describeVersion(
  store: Store,
  actor: Actor,
  ref: { model: string; version: number },
  description: string | null,
): Promise<VersionRow> {
  return store.registry.change(actor, async (registry) => {
    const row = await findVersion(registry, ref);
    await registry.changeVersion(row.modelId, row.version, { description });
    if (row.description !== description) {
      const before = { description: row.description };
      await registry.event({ what: 'version.describe', subject: versionName(row), before, after: { description } });
    }
    return findVersion(registry, ref);
  });
}

/** Hides a version and takes its aliases; its row, and all that was decided, stay. */
export async function deleteVersion(
  store: Store,
  actor: Actor,
  ref: { model: string; version: number },
  guard?: Policy,
): Promise<void> {
  await store.registry.change(actor, async (registry) => {
    const row = await findVersion(registry, ref);
    if (guard !== undefined) refuseTaking(guard, row);
    for (const alias of row.aliases) await registry.setAlias(row.modelId, alias, null);
    await registry.changeVersion(row.modelId, row.version, { deleted: true });
    await registry.changeModel(row.modelId, {});
    const before = { status: row.status, stage: row.stage, aliases: row.aliases };
    await registry.event({ what: 'version.delete', subject: versionName(row), before });
  });
}

/**
 * Registers what another program made: nothing of it is checked, and it says so. A copy of a registered version (`from`) stays what that
 * one is, a bundle of Osler's too. The model must be there.
 */
export async function registerExternal(
  store: Store,
  actor: Actor,
  asked: {
    name: string;
    source: string;
    location?: string | undefined;
    runId?: string | undefined;
    runLink?: string | undefined;
    modelId?: string | undefined;
    description?: string | undefined;
    tags?: Record<string, string>;
    from?: VersionRow | undefined;
  },
): Promise<VersionRow> {
  const { from } = asked;
  const record: VersionRecord = {
    format: 'osler-version/1',
    kind: from?.record.kind ?? 'external',
    registeredBy: actor.who,
    source: asked.source,
    location: asked.location ?? null,
    runId: asked.runId ?? null,
    runLink: asked.runLink ?? null,
    modelId: asked.modelId ?? null,
    bundle: from?.record.bundle ?? null,
    lineage: {
      trainer: null,
      dataset: null,
      code: null,
      oslerVersion: null,
      engine: null,
      seed: null,
      config: null,
      pretrained: null,
      ...from?.record.lineage,
      parent: from === undefined ? null : { model: from.model, version: from.version },
    },
  };
  return store.registry.change(actor, async (registry) => {
    await needModel(registry, asked.name);
    return addVersion(registry, asked.name, record, {
      ...(asked.description === undefined ? {} : { description: asked.description }),
      ...(asked.tags === undefined ? {} : { tags: asked.tags }),
    });
  });
}

export async function needModel(registry: RegistryReader, name: string): Promise<ModelRow> {
  const model = await registry.model(name);
  if (model !== null) return model;
  throw new OslerError('NOT_FOUND', `There is no registered model "${name}".`, {
    hint: 'List them: osler models list',
  });
}

function tagChange(key: string, before: string | null, after: string | null): { before: unknown; after: unknown } {
  const tag = (value: string | null) => (value === null ? null : { key, value });
  return { before: tag(before), after: tag(after) };
}
