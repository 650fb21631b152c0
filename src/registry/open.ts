import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, openBundle } from '../bundle/open.ts';
import { OslerError } from '../errors.ts';
import type { Artifacts } from '../store/artifacts/artifacts.ts';
import { placeDirectory } from '../store/files.ts';
import { registeredDir } from '../store/paths.ts';
import { sealedHash } from '../store/registry/read.ts';
import type { VersionRow } from '../store/registry/types.ts';
import { isSignedBy, keyId } from '../store/trail-event.ts';
import { versionName } from './names.ts';
import { fetchBundle } from './share.ts';
import { trustedKeys } from './trust.ts';

/** sha256 of the bundle's manifest, which holds the sha256 of each of its files. */
export async function bundleDigest(dir: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(dir, 'bundle.json')))
    .digest('hex');
}

/**
 * Copies a bundle to where registered ones are kept, under its digest; one that is there already stays. The copy is checked whole.
 * Throws BUNDLE_ALTERED when it is not what was opened.
 */
export async function keepBundle(home: string, bundle: Bundle, digest: string): Promise<void> {
  const target = registeredDir(home, digest);
  const check = async (): Promise<void> => {
    await openBundle(target, { trusted: [bundle.signer.keyId] });
    if ((await bundleDigest(target)) === digest) return;
    throw new OslerError('BUNDLE_ALTERED', `The registered bundle in ${target} is not the one that its name says.`);
  };
  const there = await check().then(
    () => true,
    (error: unknown) => {
      if (error instanceof OslerError) return error.code !== 'NOT_FOUND' ? 'damaged' : false;
      throw error;
    },
  );
  if (there === true) return;
  // Kept for whoever wants to know what was done to it.
  if (there === 'damaged') {
    await rename(target, `${target}.damaged-${randomBytes(4).toString('hex')}`).catch(
      (error: NodeJS.ErrnoException) => {
        // Another writer was first.
        if (error.code !== 'ENOENT') throw error;
      },
    );
  }
  await placeDirectory(target, async (folder) => {
    for (const name of [...Object.keys(bundle.manifest.files), 'bundle.json', 'signature.json']) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await copyFile(join(bundle.dir, name), join(folder, name));
      await chmod(join(folder, name), 0o444);
    }
  });
  await check();
}

/**
 * The bundle of a registered version, after checking that the registration is signed by a trusted key, that it is the bundle that was
 * registered, and every byte of it.
 * Files that are not here are fetched from the object store, where `artifacts` has one and they were shared.
 * Throws BUNDLE_ALTERED naming what is not as it was; NOT_FOUND where its files are not here; USAGE for what is no bundle.
 */
export async function openRegistered(home: string, version: VersionRow, artifacts?: Artifacts): Promise<Bundle> {
  const { bundle } = version.record;
  const name = versionName(version);
  if (bundle === null) {
    throw new OslerError('USAGE', `${name} is no bundle of Osler's: it was registered by another program.`, {
      hint: `Its files are at ${version.record.source}.`,
    });
  }
  await checkSeal(home, version);
  const dir = registeredDir(home, bundle.digest);
  if (artifacts !== undefined && !existsSync(dir)) await fetchBundle(home, bundle.digest, artifacts);
  const opened = await openBundle(dir, { trusted: [bundle.signer] }).catch((error: unknown) => {
    if (!(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
    throw new OslerError('NOT_FOUND', `The files of ${name} are not in this home.`, {
      hint: `Share them by an object store (OSLER_ARTIFACTS), or copy registry/bundles/${bundle.digest.slice(0, 12)}... from the OSLER_HOME that registered it; they are checked when opened.`,
    });
  });
  if ((await bundleDigest(dir)) !== bundle.digest) {
    throw new OslerError('BUNDLE_ALTERED', `The bundle of ${name} is not the one that was registered.`, {
      hint: 'It is well signed, but another. osler audit verify says what else is not as it was.',
    });
  }
  return { ...opened, name };
}

/** Throws BUNDLE_ALTERED unless the registration's record is signed by a trusted key. */
export async function checkSeal(home: string, version: VersionRow): Promise<void> {
  const { modelId, version: number, createdAt, record, key, signature } = version;
  const name = versionName(version);
  if (!isSignedBy(sealedHash({ modelId, version: number, createdAt, record }), key, signature)) {
    throw new OslerError(
      'BUNDLE_ALTERED',
      `The registration of ${name} was altered: its signature is not of this record.`,
      {
        hint: 'osler audit verify says what else is not as it was.',
      },
    );
  }
  const id = keyId(key);
  if ((await trustedKeys(home)).has(id)) return;
  throw new OslerError('BUNDLE_ALTERED', `${name} was registered with key ${id}, which this home does not trust.`, {
    hint: `If that is another machine of yours, add the line "${id}" to OSLER_HOME/keys/trusted.`,
  });
}
