import { type Bundle, findBundle, openBundle } from '../bundle/open.ts';
import { findVersion, isModelUri, parseVersionRef, versionName } from '../registry/names.ts';
import type { Workplace } from './workplace.ts';

/**
 * A bundle by its folder, by its name in OSLER_HOME/bundles, or as a registered version (models:/skin@champion, models:/skin/3), which
 * is checked against its registration too.
 * Throws NOT_FOUND, BUNDLE_INVALID or BUNDLE_ALTERED.
 */
export async function openNamedBundle(
  ref: string,
  { home, databaseUrl, artifacts, out }: Pick<Workplace, 'home' | 'databaseUrl' | 'artifacts' | 'out'>,
): Promise<Bundle> {
  if (!isModelUri(ref)) return openBundle(await findBundle(home, ref));
  // A folder needs neither, and both take longer to load than a model.
  const [{ openStore }, { openRegistered }] = await Promise.all([
    import('../store/store.ts'),
    import('../registry/open.ts'),
  ]);
  await using store = await openStore(home, databaseUrl, artifacts);
  const version = await findVersion(store.registry, parseVersionRef(ref));
  const bundle = await openRegistered(home, version, store.artifacts);
  if (version.status !== 'approved') out.warn(`${versionName(version)} is ${version.status}, not approved.`);
  return bundle;
}
