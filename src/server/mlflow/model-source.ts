import { OslerError } from '../../errors.ts';
import { findVersion, parseVersionRef } from '../../registry/names.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import { invalid } from './errors.ts';
import { listIn } from './request.ts';

/** Where a new version comes from, as it is recorded. */
export interface Source {
  source: string;
  /** Where its bytes lie, when the source points on to them. */
  location?: string;
  runId?: string;
  modelId?: string;
  /** The registered version that it is a copy of. */
  from?: VersionRow;
}

/** MLflow's prompts have no files. */
const PROMPT_SOURCES = new Set(['dummy-source', 'prompt-template']);

/**
 * Checks the source that a client names, by MLflow's rules: no path of this machine, none that leads upwards, artifacts of the very run
 * or logged model that it names; a registered version is followed to its files.
 */
export async function resolveSource(
  store: Store,
  asked: { source: string; run_id?: string | undefined; model_id?: string | undefined },
  isPrompt: boolean,
): Promise<Source> {
  const { source, run_id: runId, model_id: modelId } = asked;
  const ids = { ...(runId ? { runId } : {}), ...(modelId ? { modelId } : {}) };
  if (isPrompt) {
    if (PROMPT_SOURCES.has(source)) return { source, ...ids };
    throw invalid(`Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`);
  }
  if (isLocal(source)) throw localSource(source, modelId ? 'model_id' : 'run_id');
  checkPath(source);
  const scheme = source.slice(0, source.indexOf(':')).toLowerCase();
  const wrong = (): Error => foreign(source, modelId ? 'model_id' : 'run_id');
  if (scheme === 'models') return fromModels(store, source, ids);
  if (scheme === 'runs') {
    const [, run] = /^runs:\/+([0-9a-zA-Z][\w-]*)(\/|$)/.exec(source) ?? [];
    if (modelId || run === undefined || run !== runId) throw wrong();
  }
  if (scheme === 'mlflow-artifacts' || /^https?:.*\/api\/2\.0\/mlflow-artifacts\/artifacts(\/|$)/.test(source)) {
    const root = await rootOf(store, runId, modelId);
    if (root === null || !isWithin(source, root)) throw wrong();
  }
  // The run of a logged model is the run of what is made from it.
  if (modelId && !runId) {
    const made = await orNull(store.loggedModels.get(modelId));
    if (made?.sourceRunId) return { source, ...ids, runId: made.sourceRunId };
  }
  return { source, ...ids };
}

async function fromModels(store: Store, source: string, ids: { runId?: string; modelId?: string }): Promise<Source> {
  const [, model] = /^models:\/+(m-[0-9a-f]{32})$/.exec(source) ?? [];
  if (model !== undefined) {
    if (ids.modelId !== model) throw foreign(source, 'model_id');
    const logged = await orNull(store.loggedModels.get(model));
    if (logged === null) throw foreign(source, 'model_id');
    const runId = ids.runId ?? logged.sourceRunId ?? undefined;
    return { source, location: logged.artifactUri, modelId: model, ...(runId ? { runId } : {}) };
  }
  const version = await orNull(findReferred(store, source));
  if (version === null) throw invalid(`Unable to fetch model from model URI source artifact location '${source}'.`);
  const { record } = version;
  const runId = ids.runId ?? record.runId ?? undefined;
  const modelId = ids.modelId ?? record.modelId ?? undefined;
  return {
    source: `models:/${version.model}/${version.version}`,
    location: record.location ?? record.source,
    from: version,
    ...(runId ? { runId } : {}),
    ...(modelId ? { modelId } : {}),
  };
}

async function findReferred(store: Store, source: string): Promise<VersionRow> {
  const staged = /^models:\/+([^/@]+)\/(none|staging|production|archived)$/i.exec(source);
  if (staged === null) return findVersion(store.registry, parseVersionRef(source.replace(/^models:\/+/, 'models:/')));
  const rows = await store.registry.versions(staged[1]!);
  const found = rows.find(({ stage }) => stage.toLowerCase() === staged[2]!.toLowerCase());
  if (found !== undefined) return found;
  throw new OslerError('NOT_FOUND', `No version of ${staged[1]} is in stage ${staged[2]}.`);
}

const VERSIONS = 'mlflow.modelVersions';

/** MLflow notes on a logged model which registered versions were made from it. */
export async function noteOnLoggedModel(store: Store, id: string, row: VersionRow): Promise<void> {
  const model = await orNull(store.loggedModels.get(id));
  if (model === null) return;
  const known = model.tags.find(({ key }) => key === VERSIONS)?.value;
  const before = listIn(known);
  // Somebody wrote something of their own there: it stays.
  if (before === null) return;
  const list = [...before, { name: row.model, version: row.version }];
  await store.loggedModels.setTags(id, [{ key: VERSIONS, value: JSON.stringify(list) }]);
}

async function rootOf(store: Store, runId: string | undefined, modelId: string | undefined): Promise<string | null> {
  if (modelId) return (await orNull(store.loggedModels.get(modelId)))?.artifactUri ?? null;
  if (runId) return (await orNull(store.tracked.get(runId)))?.artifactUri ?? null;
  return null;
}

/** Whether an address lies in a folder: same server, same first parts. */
function isWithin(source: string, root: string): boolean {
  const parts = (uri: string): string[] => {
    const { protocol, host, pathname } = new URL(uri);
    return [protocol, host, ...pathname.split('/').filter(Boolean).map(decoded)];
  };
  const [inner, outer] = [parts(source), parts(root)];
  return outer.length > 2 && outer.every((part, i) => inner[i] === part);
}

function isLocal(source: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(source)) return true;
  return /^file:/i.test(source) || /^[a-z]:[\\/]/i.test(source);
}

/** Throws for a path that leads upwards, however it is spelt. */
function checkPath(source: string): void {
  const plain = decoded(source);
  if (!plain.includes('\0') && !plain.split('/').includes('..') && !plain.split('/').includes('.')) return;
  throw invalid(
    `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
  );
}

function decoded(text: string): string {
  let plain = text;
  for (let i = 0; i < 10 && /%[0-9a-f]{2}/i.test(plain); i++) {
    try {
      plain = decodeURIComponent(plain);
    } catch {
      break;
    }
  }
  return plain;
}

function localSource(source: string, field: string): Error {
  const owner = field === 'run_id' ? 'run' : 'model';
  return invalid(
    `Invalid model version source: '${source}'. To use a local path as a model version source, the ${field} request parameter has to be specified and the local path has to be contained within the artifact directory of the ${owner} specified by the ${field}.`,
  );
}

function foreign(source: string, field: string): Error {
  return invalid(
    `Invalid model version source: '${source}'. The ${field} request parameter must identify the resource that contains the source.`,
  );
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof OslerError && (error.code === 'NOT_FOUND' || error.code === 'USAGE')) return null;
    throw error;
  }
}
