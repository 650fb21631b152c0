import type { FastifyInstance } from 'fastify';
import { setStage } from '../../registry/aliases.ts';
import { deleteVersion, describeVersion, registerExternal, setVersionTag } from '../../registry/metadata.ts';
import { loadPolicy } from '../../registry/policy.ts';
import { PROMPT_TAG } from '../../store/registry/search.ts';
import { offsetOf, pageToken } from '../../store/search/page-token.ts';
import type { Store } from '../../store/store.ts';
import { checkMayName, refuseServed } from './deciding.ts';
import { encodeVersion } from './encode-registry.ts';
import { invalid, MlflowError } from './errors.ts';
import { checkName } from './limits.ts';
import { noteOnLoggedModel, resolveSource } from './model-source.ts';
import { checkStage } from './registered-models.ts';
import { actorOf, checkModelName, checkModelTag, needModel, needVersion, tagsOf } from './registry-request.ts';
import { read } from './request.ts';

const REF = { name: { kind: 'string', required: true }, version: { kind: 'string', required: true } } as const;
const USUAL_PAGE = 10_000;
const LARGEST_PAGE = 200_000;

export function modelVersionRoutes(scope: FastifyInstance, store: Store): void {
  const { registry } = store;
  scope.post('/model-versions/create', async (request) => {
    const asked = read(request, {
      name: { kind: 'string', required: true },
      source: { kind: 'string', required: true },
      run_id: { kind: 'string' },
      tags: { kind: 'objects' },
      run_link: { kind: 'string' },
      description: { kind: 'string' },
      model_id: { kind: 'string' },
    });
    const tags = tagsOf(asked.tags);
    const found = await resolveSource(store, asked, tags[PROMPT_TAG]?.toLowerCase() === 'true');
    await needModel(registry, checkModelName(asked.name));
    const row = await registerExternal(store, actorOf(request), {
      name: asked.name,
      ...found,
      runLink: asked.run_link,
      description: asked.description ?? '',
      tags,
    });
    if (found.modelId !== undefined) await noteOnLoggedModel(store, found.modelId, row);
    return { model_version: encodeVersion(row) };
  });
  scope.get('/model-versions/get', async (request) => {
    const { name, version } = read(request, REF);
    return { model_version: encodeVersion(await needVersion(registry, name, version)) };
  });
  scope.get('/model-versions/get-download-uri', async (request) => {
    const { name, version } = read(request, REF);
    const { source, location } = (await needVersion(registry, name, version)).record;
    return { artifact_uri: location ?? source };
  });
  scope.patch('/model-versions/update', async (request) => {
    const { name, version, description } = read(request, { ...REF, description: { kind: 'string' } });
    const row = await needVersion(registry, name, version);
    const ref = { model: name, version: row.version };
    return { model_version: encodeVersion(await describeVersion(store, actorOf(request), ref, description ?? null)) };
  });
  scope.delete('/model-versions/delete', async (request) => {
    const { name, version } = read(request, REF);
    const row = await needVersion(registry, name, version);
    await refuseServed(store, name, row);
    await deleteVersion(store, actorOf(request), { model: name, version: row.version }, loadPolicy(store.home));
    return {};
  });
  scope.post('/model-versions/transition-stage', async (request) => {
    const asked = read(request, {
      ...REF,
      stage: { kind: 'string', required: true },
      archive_existing_versions: { kind: 'bool' },
    });
    const stage = checkStage(asked.stage);
    const archive = asked.archive_existing_versions ?? false;
    if (archive && stage !== 'Staging' && stage !== 'Production') {
      throw new MlflowError(
        'INTERNAL_ERROR',
        `Model version transition cannot archive existing model versions because '${asked.stage}' is not an Active stage. Valid stages are ['Staging', 'Production']`,
      );
    }
    const row = await needVersion(registry, asked.name, asked.version);
    const ref = { model: asked.name, version: row.version };
    const policy = loadPolicy(store.home);
    await checkMayName(request, store, policy, asked.name, stage);
    const moved = await setStage(store, actorOf(request), ref, stage, archive, policy);
    return { model_version: encodeVersion(moved) };
  });
  scope.post('/model-versions/set-tag', async (request) => {
    const { name, version, ...tag } = read(request, {
      ...REF,
      key: { kind: 'string', required: true },
      value: { kind: 'string' },
    });
    const { key, value } = checkModelTag(tag.key, tag.value);
    const row = await needVersion(registry, name, version);
    await setVersionTag(store, actorOf(request), { model: name, version: row.version }, key, value);
    return {};
  });
  scope.delete('/model-versions/delete-tag', async (request) => {
    const { name, version, key } = read(request, { ...REF, key: { kind: 'string', required: true } });
    checkName(key, 'key');
    const row = await needVersion(registry, name, version);
    await setVersionTag(store, actorOf(request), { model: name, version: row.version }, key, null);
    return {};
  });
  scope.get('/model-versions/search', async (request) => {
    const asked = read(request, {
      filter: { kind: 'string' },
      max_results: { kind: 'int' },
      order_by: { kind: 'strings' },
      page_token: { kind: 'string' },
    });
    const limit = asked.max_results ?? USUAL_PAGE;
    if (limit < 1) throw invalid(`Invalid value for max_results. It must be a positive integer, but got ${limit}`);
    if (limit > LARGEST_PAGE) {
      throw invalid(
        `Invalid value for request parameter max_results. It must be at most ${LARGEST_PAGE}, but got value ${limit}`,
      );
    }
    const offset = offsetOf(asked.page_token);
    const found = await registry.searchVersions({
      limit: limit + 1,
      offset,
      ...(asked.filter === undefined ? {} : { filter: asked.filter }),
      ...(asked.order_by === undefined ? {} : { orderBy: asked.order_by }),
    });
    const page = found.slice(0, limit).map((row) => encodeVersion(row, []));
    return {
      ...(page.length === 0 ? {} : { model_versions: page }),
      ...(found.length > limit ? { next_page_token: pageToken(offset + limit) } : {}),
    };
  });
}
