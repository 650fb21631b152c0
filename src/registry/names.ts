import { OslerError } from '../errors.ts';
import type { RegistryReader, VersionRow } from '../store/registry/types.ts';

/** The alias of the version that is live. */
export const CHAMPION = 'champion';

/** A version as people and MLflow's clients name it. */
export interface VersionRef {
  model: string;
  /** By number or by alias; neither: the newest. */
  version?: number;
  alias?: string;
}

/**
 * Reads `skin`, `skin@3`, `skin@champion`, `models:/skin/3`, `models:/skin@champion` or `models:/skin/latest`.
 * Throws USAGE for a name that no model can have.
 */
export function parseVersionRef(text: string): VersionRef {
  const inner = text.startsWith('models:/') ? text.slice('models:/'.length) : text;
  const [, byAt, at] = /^(.+)@([^@/]+)$/s.exec(inner) ?? [];
  const [, bySlash, slash] = /^([^/]+)\/([^/]+)$/s.exec(inner) ?? [];
  const model = byAt ?? bySlash ?? inner;
  const which = at ?? slash;
  checkModelName(model);
  if (which === undefined || which.toLowerCase() === 'latest') return { model };
  if (/^[1-9][0-9]{0,8}$/.test(which)) return { model, version: Number(which) };
  if (/^\d+$/.test(which)) {
    throw new OslerError('USAGE', `"${text}" names no version of a model: they are numbered from 1 to 999999999.`, {
      hint: `osler models show ${model} lists them.`,
    });
  }
  if (slash === undefined && isAlias(which)) return { model, alias: which };
  throw new OslerError('USAGE', `"${text}" names no version of a model.`, {
    hint: 'Say skin@3, skin@champion or models:/skin/3.',
  });
}

/** Whether a text is meant to name a registered version, and not a file or a run. */
export function isModelUri(text: string): boolean {
  return text.startsWith('models:/');
}

/** Throws USAGE unless it can name a model: MLflow's rule, so that a name can stand in an address. */
export function checkModelName(name: string): void {
  const good = name.trim() !== '' && !/[/:\0]/.test(name) && name !== '.' && name !== '..' && name.length <= 256;
  if (good) return;
  throw new OslerError('USAGE', `"${name.slice(0, 100)}" cannot be the name of a registered model.`, {
    hint: 'At most 256 characters, without "/" and ":".',
  });
}

/** Throws USAGE unless it can be an alias; a number and `latest` mean something else already. */
export function checkAlias(alias: string): void {
  if (isAlias(alias) && alias.length <= 255 && alias.toLowerCase() !== 'latest' && !/^v?\d+$/i.test(alias)) return;
  throw new OslerError('USAGE', `"${alias.slice(0, 100)}" cannot be an alias.`, {
    hint: 'Letters, digits, dashes and underscores; not `latest`, not a number.',
  });
}

const isAlias = (text: string): boolean => /^[\p{L}\p{N}_-]+$/u.test(text);

/** As it is told to people and to the trail. */
export const versionName = (version: { model: string; version: number }): string =>
  `${version.model}@${version.version}`;

/** Throws NOT_FOUND with what there is. */
export async function findVersion(registry: RegistryReader, ref: VersionRef): Promise<VersionRow> {
  const model = await registry.model(ref.model);
  if (model === null) {
    throw new OslerError('NOT_FOUND', `There is no registered model "${ref.model}".`, {
      hint: 'List them: osler models list',
    });
  }
  if (ref.alias !== undefined) {
    const version = Object.hasOwn(model.aliases, ref.alias) ? model.aliases[ref.alias] : undefined;
    const found = version === undefined ? null : await registry.version(ref.model, version);
    if (found !== null) return found;
    const known = Object.keys(model.aliases);
    throw new OslerError('NOT_FOUND', `Model "${ref.model}" has no alias "${ref.alias}".`, {
      hint:
        known.length === 0 ? `It has none yet: osler models alias ${ref.model}@1 NAME` : `It has ${known.join(', ')}.`,
    });
  }
  const found =
    ref.version === undefined
      ? (await registry.versions(ref.model))[0]
      : await registry.version(ref.model, ref.version);
  if (found !== undefined && found !== null) return found;
  throw new OslerError(
    'NOT_FOUND',
    ref.version === undefined
      ? `Model "${ref.model}" has no version yet.`
      : `Model "${ref.model}" has no version ${ref.version}.`,
    { hint: `osler models show ${ref.model} lists them.` },
  );
}
