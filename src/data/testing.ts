import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ImportOptions, type ImportResult, importDataset } from './import.ts';
import { encodePng } from './png.ts';

/** A folder for one test, gone afterwards, with a `home` inside it. */
export async function withFolder(run: (folder: string, home: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'osler-data-'));
  try {
    await run(folder, join(folder, 'home'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An 8x8 grey PNG whose pixels, and so whose hash, depend on the seed alone. */
export function picture(seed: number, side = 8): Buffer {
  const data = Buffer.alloc(side * side);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return encodePng({ width: side, height: side, channels: 1, bitDepth: 8, data });
}

/** Writes files by path; a number becomes the picture of that seed. */
export async function lay(root: string, files: Record<string, number | string | Uint8Array>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, typeof content === 'number' ? picture(content) : content);
  }
  return root;
}

/** `count` pictures for each class, as `<prefix><class>/<i>.png`. */
export function classes(prefix: string, names: readonly string[], count: number, seed = 0): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, k) =>
      Array.from({ length: count }, (_, i) => [`${prefix}${name}/${i}.png`, seed + k * count + i]),
    ),
  );
}

export function importAs(home: string, source: string, options: Partial<ImportOptions> = {}): Promise<ImportResult> {
  return importDataset(source, { name: 'd', ...options }, { home });
}
