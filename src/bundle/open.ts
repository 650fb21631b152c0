import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { settleDirectory } from '../store/files.ts';
import { bundleDir } from '../store/paths.ts';
import { checkDecisions } from './check-decisions.ts';
import { BundleManifest } from './manifest.ts';
import { altered, type Signer, verifyManifest } from './signature.ts';

/** A bundle whose every byte was checked. */
export interface Bundle {
  /** Absolute path of the folder. */
  readonly dir: string;
  /** The folder's name. */
  readonly name: string;
  readonly manifest: BundleManifest;
  readonly signer: Signer;
  /** Reads one of its files, checking it again. Throws BUNDLE_ALTERED when it was changed since. */
  read(file: string): Promise<Uint8Array>;
}

const SMALL_FILE = 64 * 1024 * 1024;

/** A bundle's folder, by its path or by its name in OSLER_HOME/bundles. Throws NOT_FOUND, USAGE for an empty name. */
export async function findBundle(home: string, ref: string): Promise<string> {
  if (ref.trim() === '') throw new OslerError('USAGE', 'The name of the bundle is empty.');
  const named = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(ref) ? [bundleDir(home, ref)] : [];
  for (const dir of [resolve(ref), ...named]) {
    if (dir === named[0]) await settleDirectory(dir);
    if ((await stat(dir).catch(() => null))?.isDirectory()) return dir;
  }
  throw new OslerError('NOT_FOUND', `There is no bundle ${ref}.`, {
    hint: 'Name a bundle folder, or one in OSLER_HOME/bundles; `osler export RUN` makes one.',
  });
}

/**
 * Opens a bundle after checking all of it: schema, signature, sha256 of each file, nothing missing, nothing more, no links.
 * `trusted`, when given, lists the key ids whose signature is accepted.
 * Throws NOT_FOUND, BUNDLE_INVALID (not a bundle) or BUNDLE_ALTERED (a bundle that was changed), naming the file.
 */
export async function openBundle(path: string, options: { trusted?: readonly string[] } = {}): Promise<Bundle> {
  const dir = await realpath(path).catch(() => {
    throw new OslerError('NOT_FOUND', `There is no bundle at ${path}.`);
  });
  // Before all else: a folder that never was a bundle is no bundle that was tampered with.
  if (await absent(join(dir, 'bundle.json'))) {
    throw new OslerError('BUNDLE_INVALID', `${path} is no bundle: there is no bundle.json in it.`, {
      hint: '`osler export RUN` makes one.',
    });
  }
  const present = await listFiles(dir);
  for (const name of ['bundle.json', 'signature.json']) {
    if (present.has(name)) continue;
    throw new OslerError('BUNDLE_INVALID', `${path} is not a bundle: it has no ${name}.`, {
      hint: '`osler export RUN` makes one.',
    });
  }
  const json = await readWhole(join(dir, 'bundle.json'), 'bundle.json', SMALL_FILE);
  const signer = verifyManifest(json, await readWhole(join(dir, 'signature.json'), 'signature.json', SMALL_FILE));
  if (options.trusted !== undefined && !options.trusted.includes(signer.keyId)) {
    throw new OslerError('BUNDLE_ALTERED', `The bundle is signed by ${signer.keyId}, which is not a trusted key.`);
  }
  const manifest = checkManifest(parseJson(json));
  const expected = new Set(['bundle.json', 'signature.json', ...Object.keys(manifest.files)]);
  for (const name of present) if (!expected.has(name)) throw altered(name, 'does not belong to it');
  for (const name of expected) if (!present.has(name)) throw altered(name, 'is missing');
  for (const [name, sha256] of Object.entries(manifest.files)) {
    if ((await hashFile(join(dir, name), name)) !== sha256)
      throw altered(name, 'has other bytes than the manifest says');
  }
  return {
    dir,
    name: basename(dir),
    manifest,
    signer,
    async read(file) {
      const sha256 = Object.hasOwn(manifest.files, file) ? manifest.files[file] : undefined;
      if (sha256 === undefined) throw new OslerError('NOT_FOUND', `The bundle has no file ${file}.`);
      const bytes = await readWhole(join(dir, file), file);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw altered(file, 'was changed while in use');
      return bytes;
    },
  };
}

/** Checks a manifest's shape and that its parts agree. Throws BUNDLE_INVALID. */
export function checkManifest(document: unknown): BundleManifest {
  const parsed = BundleManifest.safeParse(document);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { labels, preprocess, operatingPoint, files } = parsed.data;
  if (new Set(labels).size !== labels.length) throw invalid('a label occurs twice');
  const { channels, mean, std } = preprocess;
  if (mean.length !== channels || std.length !== channels) throw invalid(`mean and std need ${channels} values each`);
  const unknown = operatingPoint?.positive.find((label) => !labels.includes(label));
  if (unknown !== undefined) throw invalid(`the positive class ${unknown} is not among the labels`);
  const decision = checkDecisions(parsed.data);
  if (decision !== null) throw invalid(decision);
  if (files['model.onnx'] === undefined) throw invalid('it lists no model.onnx');
  return parsed.data;
}

function invalid(why: string): OslerError {
  return new OslerError('BUNDLE_INVALID', `bundle.json is not valid: ${why}.`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new OslerError('BUNDLE_INVALID', 'bundle.json is not JSON.', { cause });
  }
}

async function absent(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'ENOTDIR',
  );
}

/** Relative paths of the plain files below `dir`. Throws BUNDLE_ALTERED at anything that is neither a file nor a folder. */
async function listFiles(dir: string): Promise<Set<string>> {
  const found = new Set<string>();
  const walk = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(dir, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isSymbolicLink()) throw altered(name, 'is a link');
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile()) found.add(name);
      else throw altered(name, 'is not a plain file');
    }
  };
  const info = await stat(dir);
  if (!info.isDirectory()) throw new OslerError('BUNDLE_INVALID', `${dir} is not a folder.`);
  await walk('');
  return found;
}

async function openPlain(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw altered(name, 'cannot be read', cause);
  }
}

async function readWhole(path: string, name: string, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const file = await openPlain(path, name);
  try {
    if ((await file.stat()).size > limit) throw altered(name, 'is far too large');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function hashFile(path: string, name: string): Promise<string> {
  const file = await openPlain(path, name);
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
