import { posix } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { OslerError } from '../../errors.ts';
import { findVersion } from '../../registry/names.ts';
import type { Actor, ModelRow, RegistryReader, VersionRow } from '../../store/registry/types.ts';
import { actorOf as whoActs } from '../actor.ts';
import { invalid, MlflowError } from './errors.ts';
import { checkLength, checkName } from './limits.ts';
import { missing } from './request.ts';

/** MLflow's limits in the registry; characters. */
const LIMITS = { modelName: 256, tagKey: 250, tagValue: 100_000, alias: 255 };

/** Who asks; where nobody is asked for proof, by the name that the client gives (MLFLOW_TRACKING_USERNAME). */
export function actorOf(request: FastifyRequest): Actor {
  const [, credentials = ''] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const [name = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return whoActs(request, 'MLflow client', name);
}

/** MLflow's rule for a model's name; `field` names it in the error. */
export function checkModelName(name: string, field = 'name'): string {
  if (name.trim() === '')
    throw name === '' ? missing(field) : invalid(`Missing value for required parameter '${field}'.`);
  if (/[/:]/.test(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  const norm = posix.normalize(name);
  if (norm !== name || norm === '.' || norm.startsWith('..')) {
    throw invalid(
      `Invalid value ${JSON.stringify(name)} for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${norm}'`,
    );
  }
  return checkLength('name', LIMITS.modelName, name);
}

export function checkVersion(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw invalid(`Parameter 'version' must be an integer, got '${text}'.`);
  return Number(text);
}

export function checkAliasName(alias: string): string {
  if (alias === '') throw invalid('Registered model alias name cannot be empty.');
  if (!/^[\p{L}\p{N}_-]*$/u.test(alias)) {
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    );
  }
  return checkLength('Registered model alias name', LIMITS.alias, alias);
}

/** An alias that may be given: those that mean something already may not. */
export function checkNewAlias(alias: string): string {
  checkAliasName(alias);
  if (alias.toLowerCase() === 'latest') throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`);
  return alias;
}

export function checkModelTag(key: unknown, value: unknown): { key: string; value: string } {
  const name = checkLength('key', LIMITS.tagKey, checkName(key, 'key'));
  return { key: name, value: checkLength('value', LIMITS.tagValue, typeof value === 'string' ? value : '') };
}

/** Of a list of them the last one with a key counts. */
export function tagsOf(tags: readonly Record<string, unknown>[] | undefined): Record<string, string> {
  const checked = (tags ?? []).map(({ key, value }) => checkModelTag(key, value));
  return Object.fromEntries(checked.map(({ key, value }) => [key, value]));
}

export async function needModel(registry: RegistryReader, name: string): Promise<ModelRow> {
  const model = await registry.model(checkModelName(name));
  if (model !== null) return model;
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${name} not found`);
}

export async function needVersion(registry: RegistryReader, name: string, text: string): Promise<VersionRow> {
  checkModelName(name);
  const version = checkVersion(text);
  const found = await findVersion(registry, { model: name, version }).catch((error: unknown) => {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
  if (found !== null) return found;
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`);
}
