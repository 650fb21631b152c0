import type { FastifyInstance } from 'fastify';
import { deleteAlias, setAlias } from '../../registry/aliases.ts';
import { createModel, deleteModel, describeModel, renameModel, setModelTag } from '../../registry/metadata.ts';
import { loadPolicy } from '../../registry/policy.ts';
import { PROMPT_TAG } from '../../store/registry/search.ts';
import { STAGES, type Stage, type VersionRow } from '../../store/registry/types.ts';
import { offsetOf, pageToken } from '../../store/search/page-token.ts';
import type { Store } from '../../store/store.ts';
import { checkMayName, refuseServed } from './deciding.ts';
import { encodeModelRow, encodeVersion, latestByStage } from './encode-registry.ts';
import { invalid, MlflowError } from './errors.ts';
import { checkName } from './limits.ts';
import {
  actorOf,
  checkAliasName,
  checkModelName,
  checkModelTag,
  checkNewAlias,
  needModel,
  needVersion,
  tagsOf,
} from './registry-request.ts';
import { read } from './request.ts';

const NAME = { name: { kind: 'string', required: true } } as const;
const USUAL_PAGE = 100;
const LARGEST_PAGE = 1_000;

/** What clients write here is what people decide elsewhere: every change goes through the registry's rules and into the trail. */
export function registeredModelRoutes(scope: FastifyInstance, store: Store): void {
  const { registry } = store;
  const encoded = async (name: string) => ({
    registered_model: encodeModelRow(await needModel(registry, name), await registry.versions(name)),
  });
  scope.post('/registered-models/create', async (request) => {
    const { name, description, tags } = read(request, {
      ...NAME,
      description: { kind: 'string' },
      tags: { kind: 'objects' },
    });
    checkModelName(name);
    const checked = tagsOf(tags);
    const known = await registry.model(name);
    if (known !== null) throw taken(name, known.tags[PROMPT_TAG] === 'true', checked[PROMPT_TAG] === 'true');
    await createModel(store, actorOf(request), { name, description: description ?? '', tags: checked });
    return encoded(name);
  });
  scope.get('/registered-models/get', async (request) => encoded(read(request, NAME).name));
  scope.patch('/registered-models/update', async (request) => {
    const { name, description } = read(request, { ...NAME, description: { kind: 'string' } });
    await needModel(registry, name);
    await describeModel(store, actorOf(request), name, description ?? '');
    return encoded(name);
  });
  scope.post('/registered-models/rename', async (request) => {
    const { name, new_name } = read(request, { ...NAME, new_name: { kind: 'string', required: true } });
    checkModelName(new_name, 'new_name');
    await needModel(registry, name);
    if (new_name !== name && (await registry.model(new_name)) !== null) throw taken(new_name, false, false);
    if (new_name !== name) await refuseServed(store, name);
    await renameModel(store, actorOf(request), name, new_name, loadPolicy(store.home));
    return encoded(new_name);
  });
  scope.delete('/registered-models/delete', async (request) => {
    const { name } = read(request, NAME);
    await needModel(registry, name);
    await refuseServed(store, name);
    await deleteModel(store, actorOf(request), name, loadPolicy(store.home));
    return {};
  });
  scope.get('/registered-models/search', async (request) => {
    const asked = read(request, {
      filter: { kind: 'string' },
      max_results: { kind: 'int' },
      order_by: { kind: 'strings' },
      page_token: { kind: 'string' },
    });
    const limit = asked.max_results ?? USUAL_PAGE;
    if (limit < 0 || limit > LARGEST_PAGE) {
      throw invalid(
        `Invalid value for request parameter max_results. It must be at most ${LARGEST_PAGE}, but got value ${limit}`,
      );
    }
    const offset = offsetOf(asked.page_token);
    const found = await registry.models({
      limit: limit + 1,
      offset,
      ...(asked.filter === undefined ? {} : { filter: asked.filter }),
      ...(asked.order_by === undefined ? {} : { orderBy: asked.order_by }),
    });
    const page = [];
    for (const model of found.slice(0, limit)) page.push(encodeModelRow(model, await registry.versions(model.name)));
    return {
      ...(page.length === 0 ? {} : { registered_models: page }),
      ...(found.length > limit && limit > 0 ? { next_page_token: pageToken(offset + limit) } : {}),
    };
  });
  const latest = async (name: string, stages: readonly string[] | undefined): Promise<VersionRow[]> => {
    await needModel(registry, name);
    const wanted = stages === undefined || stages.length === 0 ? null : new Set(stages.map(checkStage));
    return latestByStage(await registry.versions(name)).filter(({ stage }) => wanted === null || wanted.has(stage));
  };
  const LATEST = { ...NAME, stages: { kind: 'strings' } } as const;
  for (const method of ['GET', 'POST'] as const) {
    scope.route({
      method,
      url: '/registered-models/get-latest-versions',
      handler: async (request) => {
        const { name, stages } = read(request, LATEST);
        const rows = await latest(name, stages);
        return rows.length === 0 ? {} : { model_versions: rows.map((row) => encodeVersion(row)) };
      },
    });
  }
  scope.post('/registered-models/set-tag', async (request) => {
    const { name, ...tag } = read(request, {
      ...NAME,
      key: { kind: 'string', required: true },
      value: { kind: 'string' },
    });
    const { key, value } = checkModelTag(tag.key, tag.value);
    await needModel(registry, name);
    await setModelTag(store, actorOf(request), name, key, value);
    return {};
  });
  scope.delete('/registered-models/delete-tag', async (request) => {
    const { name, key } = read(request, { ...NAME, key: { kind: 'string', required: true } });
    checkName(key, 'key');
    await needModel(registry, name);
    await setModelTag(store, actorOf(request), name, key, null);
    return {};
  });

  const ALIAS = { ...NAME, alias: { kind: 'string', required: true } } as const;
  scope.post('/registered-models/alias', async (request) => {
    const { name, alias, version } = read(request, { ...ALIAS, version: { kind: 'string', required: true } });
    checkModelName(name);
    checkNewAlias(alias);
    const row = await needVersion(registry, name, version);
    const policy = loadPolicy(store.home);
    await checkMayName(request, store, policy, name, alias);
    await setAlias(store, actorOf(request), `models:/${name}/${row.version}`, alias, {}, { policy, guarded: true });
    return {};
  });
  scope.delete('/registered-models/alias', async (request) => {
    const { name, alias } = read(request, ALIAS);
    checkAliasName(alias);
    await needModel(registry, name);
    const guard = loadPolicy(store.home);
    await checkMayName(request, store, guard, name, alias);
    await deleteAlias(store, actorOf(request), name, alias, { guard });
    return {};
  });
  scope.get('/registered-models/alias', async (request) => {
    const { name, alias } = read(request, ALIAS);
    checkAliasName(alias);
    const model = await needModel(registry, name);
    if (alias.toLowerCase() === 'latest') {
      const [newest] = await registry.versions(name);
      if (newest !== undefined) return { model_version: encodeVersion(newest) };
      throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Latest version not found for model ${name}.`);
    }
    const version = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
    if (version === undefined) throw invalid(`Registered model alias ${alias} not found.`);
    return { model_version: encodeVersion(await needVersion(registry, name, String(version))) };
  });
}

/** By its name in any case. */
export function checkStage(text: string): Stage {
  const found = STAGES.find((stage) => stage.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(`Invalid Model Version stage: ${text}. Value must be one of ${STAGES.join(', ')}.`);
}

function taken(name: string, wasPrompt: boolean, isPrompt: boolean): MlflowError {
  const [old, fresh] = [wasPrompt, isPrompt].map((prompt) => (prompt ? 'Prompt' : 'Registered Model'));
  if (old === fresh) return new MlflowError('RESOURCE_ALREADY_EXISTS', `${fresh} (name=${name}) already exists.`);
  return new MlflowError(
    'RESOURCE_ALREADY_EXISTS',
    `Tried to create a ${fresh!.toLowerCase()} with name '${name}', but the name is already taken by a ${old!.toLowerCase()}. MLflow does not allow creating a model and a prompt with the same name.`,
  );
}
