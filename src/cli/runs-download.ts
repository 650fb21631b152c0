import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OslerError } from '../errors.ts';
import { checkPath } from '../store/artifacts/names.ts';
import { openStore } from '../store/store.ts';
import type { Context } from './context.ts';

/** Each file appears when it is whole and its sum is right, and not before. */
export async function download(reference: string, paths: string[], to: string, context: Context): Promise<void> {
  const { out, home, databaseUrl, signal } = context;
  await using store = await openStore(home, databaseUrl);
  const { id } = await store.tracked.find(reference);
  const all = await store.artifacts.list(id);
  const wanted = paths.map((path) => path.replace(/\/+$/, ''));
  for (const path of wanted)
    if (!all.some((artifact) => artifact.path === path || artifact.path.startsWith(`${path}/`)))
      throw new OslerError('NOT_FOUND', `Run ${id.slice(0, 12)} has no artifact "${path}".`, {
        hint: `osler runs show ${id.slice(0, 12)} lists what there is.`,
      });
  const chosen =
    wanted.length === 0
      ? all
      : all.filter((artifact) => wanted.some((path) => artifact.path === path || artifact.path.startsWith(`${path}/`)));
  const folder = resolve(to);
  await mkdir(folder, { recursive: true });
  for (const [i, { path }] of chosen.entries()) {
    const target = join(folder, checkPath(path));
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      const { body } = await store.artifacts.read(id, path);
      await pipeline(body, createWriteStream(temporary), { signal });
      await rename(temporary, target);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    out.progress({ task: 'downloading', done: i + 1, total: chosen.length });
  }
  const bytes = chosen.reduce((sum, artifact) => sum + artifact.bytes, 0);
  out.line(`${chosen.length} files, ${bytes} bytes, in ${to}`);
  out.json({ run: id, folder, bytes, files: chosen });
}
