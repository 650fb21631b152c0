import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BundleManifest } from '../../bundle/manifest.ts';
import { type Bundle, openBundle } from '../../bundle/open.ts';
import { OslerError } from '../../errors.ts';
import { findVersion, parseVersionRef } from '../../registry/names.ts';
import { bundleDigest, openRegistered } from '../../registry/open.ts';
import { countsOf } from '../../store/leak-stamp.ts';
import { bundleDir } from '../../store/paths.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import type { Askable } from './opinions.ts';

/** What lies here is known by its content. */
export type Found = Askable & { digest: string };

type Source = Pick<Store, 'home' | 'registry' | 'artifacts'>;

/** Models that are asked for by page: more than a person chooses among. */
const MOST_MODELS = 1_000;
const BUNDLE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** All that can be asked: registered versions, the newest of each model first; then bundles of this home that are not registered. */
export async function listAskable(store: Source): Promise<Askable[]> {
  const models = await store.registry.models({ limit: MOST_MODELS, offset: 0, orderBy: [] });
  const versions = (await Promise.all(models.map(({ name }) => store.registry.versions(name)))).flat();
  const registered = versions.filter(({ record }) => record.bundle !== null).map(ofVersion);
  const known = new Set(registered.map(({ digest }) => digest));
  return [...registered, ...(await listBundles(store.home)).filter(({ digest }) => !known.has(digest))];
}

/** What a text names, and how to open it with all checks. Throws NOT_FOUND, USAGE. */
export async function findAskable(store: Source, of: string): Promise<{ asked: Found; open(): Promise<Bundle> }> {
  const [, kind, name] = /^(version|bundle):(.+)$/s.exec(of) ?? [];
  if (kind === 'version') {
    const row = await findVersion(store.registry, parseVersionRef(name!));
    return { asked: ofVersion(row), open: () => openRegistered(store.home, row, store.artifacts) };
  }
  if (kind === 'bundle' && BUNDLE_NAME.test(name!)) {
    const dir = bundleDir(store.home, name!);
    const asked = await readBundle(dir, name!);
    if (asked !== null) return { asked, open: () => openSame(dir, asked.digest) };
  }
  throw new OslerError('NOT_FOUND', `There is no model "${of.slice(0, 100)}" to ask.`, {
    hint: 'As in version:skin@3 or bundle:demo; GET /v1/opinions/models lists them.',
  });
}

function ofVersion(row: VersionRow): Found {
  const { bundle } = row.record;
  if (bundle === null) {
    throw new OslerError(
      'USAGE',
      `${row.model}@${row.version} is no bundle of Osler's: it was registered by another program.`,
    );
  }
  return {
    of: `version:${row.model}@${row.version}`,
    kind: 'version',
    name: row.model,
    version: row.version,
    status: row.status,
    aliases: row.aliases,
    digest: bundle.digest,
    network: bundle.network,
    labels: bundle.labels,
    stamps: bundle.stamps,
    leaks: bundle.leaks && countsOf(bundle.leaks),
    createdAt: bundle.createdAt,
  };
}

async function listBundles(home: string): Promise<Found[]> {
  const folder = dirname(bundleDir(home, 'any'));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const read = await Promise.all(
    names.filter((name) => BUNDLE_NAME.test(name)).map((name) => readBundle(join(folder, name), name)),
  );
  return read.filter((one) => one !== null).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** Null for what is no bundle: a list must not fail for a folder that lies among them. All is checked when it is opened. */
async function readBundle(dir: string, name: string): Promise<Found | null> {
  const text = await readFile(join(dir, 'bundle.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  let manifest: BundleManifest;
  try {
    manifest = BundleManifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
  return {
    of: `bundle:${name}`,
    kind: 'bundle',
    name,
    version: null,
    status: null,
    aliases: [],
    digest: await bundleDigest(dir),
    network: manifest.model.name,
    labels: manifest.labels,
    stamps: manifest.stamps,
    leaks: manifest.leaks && countsOf(manifest.leaks),
    createdAt: manifest.createdAt,
  };
}

/** Throws BUNDLE_ALTERED where another bundle took its place meanwhile. */
async function openSame(dir: string, digest: string): Promise<Bundle> {
  const bundle = await openBundle(dir);
  if ((await bundleDigest(dir)) === digest) return bundle;
  throw new OslerError('BUNDLE_ALTERED', `Another bundle took the place of ${bundle.name} meanwhile.`, {
    hint: 'Ask again.',
  });
}
