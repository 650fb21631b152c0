import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { writeFileAtomic } from '../store/files.ts';
import type { Store } from '../store/store.ts';

/** What of OSLER_HOME is kept: all that can't be made again. Caches, downloaded weights and logs can. */
const KEPT = ['artifacts', 'bundles', 'datasets', 'evaluations', 'groups', 'keys', 'objects', 'registry', 'runs'];
const FORMAT = 'osler-backup/1';
const ROWS = 'database.jsonl.gz';
const HEAD = 'backup.json';

/** Below one of those folders, and nowhere else. */
const KeptPath = z
  .string()
  .refine(
    (path) =>
      KEPT.includes(path.split('/')[0]!) && !path.split('/').some((part) => part === '' || part.startsWith('.')),
    {
      error: ({ input }) => `${JSON.stringify(input)} is not a path inside a store`,
    },
  );
const BackedUp = z.object({
  path: KeptPath,
  bytes: z.int(),
  modified: z.number(),
  sha256: z.string(),
  /** The path of an earlier entry that is the same file under another name. */
  same: KeptPath.optional(),
});
type BackedUp = z.infer<typeof BackedUp>;
/** A symbolic link to something beside or below it. */
const Link = z.object({ path: KeptPath, to: z.string().refine((to) => isInside(to)) });
type Link = z.infer<typeof Link>;
const Head = z.object({
  format: z.literal(FORMAT),
  createdAt: z.string(),
  osler: z.string(),
  files: z.array(BackedUp),
  links: z.array(Link).default([]),
});

interface Deps {
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface BackupResult {
  files: number;
  bytes: number;
  /** Files that a backup in the same folder had already. */
  reused: number;
}

/**
 * Copies a store to a folder: its rows as of one moment, then the files they speak of. A folder that holds an earlier backup is
 * brought up to date; only what is new is copied. Others may go on working meanwhile; a file that disappears is left out.
 * The copies hold what the store holds, the signing keys and images of patients included.
 */
export async function backUp(store: Store, folder: string, version: string, deps: Deps): Promise<BackupResult> {
  const before = await readBefore(folder);
  await mkdir(folder, { recursive: true });
  const rows = join(folder, `.${ROWS}.tmp`);
  await pipeline(Readable.from(withLineFeeds(store.dump())), createGzip(), createWriteStream(rows));
  const paths: string[] = [];
  const links: Link[] = [];
  for (const name of KEPT) for await (const path of walk(store.home, name, links)) paths.push(path);
  const files: BackedUp[] = [];
  // Artifacts are links to files of their runs: each is copied once.
  const inodes = new Map<number, string>();
  let reused = 0;
  for (const [i, path] of paths.entries()) {
    deps.signal?.throwIfAborted();
    const known = before.get(path);
    const entry = await copy(store.home, folder, path, known, inodes);
    if (entry === undefined) continue;
    if (entry.sha256 === known?.sha256 && entry.modified === known.modified) reused += 1;
    files.push(entry);
    if (i % 50 === 49 || i === paths.length - 1)
      deps.onProgress?.({ task: 'copying files', done: i + 1, total: paths.length });
  }
  await rename(rows, join(folder, ROWS));
  const head = { format: FORMAT, createdAt: new Date().toISOString(), osler: version, files, links };
  await writeFileAtomic(join(folder, HEAD), `${JSON.stringify(head)}\n`);
  const current = new Set(files.map((file) => file.path));
  for (const path of before.keys()) if (!current.has(path)) await rm(join(folder, 'files', path), { force: true });
  return { files: files.length, bytes: bytesOf(files), reused };
}

/**
 * Writes a backup into an empty store. Every file is checked against its sha256 before anything appears, and the rows come last,
 * so that an attempt that failed can be made again. Throws DATA_INVALID naming the damaged file, ALREADY_EXISTS.
 */
export async function restore(store: Store, folder: string, deps: Deps): Promise<BackupResult> {
  const { files, links } = await readHead(folder);
  const { home } = store;
  const there = KEPT.find((name) => existsSync(join(home, name)));
  if (there !== undefined || (await store.runs.list({ limit: 1 })).length > 0) {
    throw new OslerError('ALREADY_EXISTS', `${home} is not empty: it holds ${there ?? 'runs'}.`, {
      hint: 'Restore into a new folder: OSLER_HOME=/path/to/new osler store restore BACKUP',
    });
  }
  const staging = join(home, '.restoring');
  await rm(staging, { recursive: true, force: true });
  const known = new Set<string>();
  try {
    for (const [i, file] of files.entries()) {
      deps.signal?.throwIfAborted();
      const target = join(staging, file.path);
      await mkdir(dirname(target), { recursive: true });
      if (file.same !== undefined && known.has(file.same)) {
        await link(join(staging, file.same), target);
        continue;
      }
      const from = join(folder, 'files', file.path);
      const found = existsSync(from) ? await hashWhileCopying(from, target) : 'missing';
      if (found !== file.sha256) {
        throw new OslerError(
          'DATA_INVALID',
          `The backup is damaged: files/${file.path} is ${found === 'missing' ? 'missing' : 'not what was backed up'}.`,
          {
            hint: 'Nothing was restored. Use another backup.',
          },
        );
      }
      known.add(file.path);
      await utimes(target, file.modified / 1000, file.modified / 1000);
      if (file.path.startsWith('keys/')) await chmod(target, 0o600);
      if (i % 50 === 49 || i === files.length - 1)
        deps.onProgress?.({ task: 'restoring files', done: i + 1, total: files.length });
    }
    for (const { path, to } of links) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await symlink(to, join(staging, path));
    }
    const present = KEPT.filter((name) => existsSync(join(staging, name)));
    for (const name of present) await rename(join(staging, name), join(home, name));
    try {
      await store.load(linesOf(join(folder, ROWS)));
    } catch (error) {
      for (const name of present) await rm(join(home, name), { recursive: true, force: true });
      throw error;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { files: files.length, bytes: bytesOf(files), reused: 0 };
}

function bytesOf(files: readonly BackedUp[]): number {
  return files.reduce((sum, file) => sum + (file.same === undefined ? file.bytes : 0), 0);
}

/** Whether a link's target is relative and leads no higher. */
function isInside(to: string): boolean {
  return to !== '' && !isAbsolute(to) && !to.split('/').includes('..');
}

/** Read from the moment of the first request on: readline drops lines that come before somebody asks. */
async function* linesOf(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY });
}

async function* withLineFeeds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Files below `home/name`, relative to home with forward slashes; unfinished ones of running commands are passed over. */
async function* walk(home: string, name: string, links: Link[]): AsyncGenerator<string> {
  const entries = await readdir(join(home, name), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(home, path, links);
    else if (entry.isFile()) yield path;
    else if (entry.isSymbolicLink()) {
      const to = await readlink(join(home, path)).catch(() => '');
      if (isInside(to)) links.push({ path, to });
    }
  }
}

async function copy(
  home: string,
  folder: string,
  path: string,
  known: BackedUp | undefined,
  inodes: Map<number, string>,
): Promise<BackedUp | undefined> {
  const from = join(home, path);
  const to = join(folder, 'files', path);
  const info = await stat(from).catch(() => undefined);
  if (info === undefined) return undefined;
  const { size: bytes, mtimeMs: modified } = info;
  const first = info.nlink > 1 ? inodes.get(info.ino) : undefined;
  if (info.nlink > 1 && first === undefined) inodes.set(info.ino, path);
  const same = first === undefined ? {} : { same: first };
  if (known?.bytes === bytes && known.modified === modified && existsSync(to))
    return { path, bytes, modified, sha256: known.sha256, ...same };
  await mkdir(dirname(to), { recursive: true });
  // A killed backup's, which may be read-only.
  await rm(`${to}.tmp`, { force: true });
  if (first !== undefined) {
    const linked = await link(join(folder, 'files', first), `${to}.tmp`).then(
      () => true,
      () => false,
    );
    if (linked) {
      await rename(`${to}.tmp`, to);
      return { path, bytes, modified, sha256: await hashOf(to), ...same };
    }
  }
  const sha256 = await hashWhileCopying(from, `${to}.tmp`);
  await rename(`${to}.tmp`, to);
  return { path, bytes, modified, sha256, ...same };
}

async function hashWhileCopying(from: string, to: string): Promise<string> {
  // Cloned where the file system can; then hashed from the copy, which is what must be right.
  await copyFile(from, to);
  return hashOf(to);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function readBefore(folder: string): Promise<Map<string, BackedUp>> {
  if (!existsSync(folder) || (await readdir(folder)).filter((name) => !name.startsWith('.')).length === 0)
    return new Map();
  const head = await readHead(folder);
  return new Map(head.files.map((file) => [file.path, file]));
}

async function readHead(folder: string): Promise<z.infer<typeof Head>> {
  const path = join(folder, HEAD);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new OslerError('NOT_FOUND', `${folder} holds no backup: there is no ${HEAD} in it.`, {
      hint: 'Name a folder that osler store backup made, or for a new backup an empty or a new one.',
    });
  });
  const parsed = Head.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not the head of a backup: ${z.prettifyError(parsed.error)}`);
}
