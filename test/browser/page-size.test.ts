/** What a browser fetches before the first page can be seen stays small. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PAGE, skipBuilt } from './chromium.ts';

const LIMIT = 400_000;

interface Part {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
  isEntry?: boolean;
}

function manifest(): Record<string, Part> {
  return JSON.parse(readFileSync(join(PAGE, '.vite/manifest.json'), 'utf8')) as Record<string, Part>;
}

/** Files that an entry needs, through all that it imports at once. */
function filesOf(parts: Record<string, Part>, entry: string, seen = new Set<string>()): Set<string> {
  const part = parts[entry]!;
  if (seen.has(part.file)) return seen;
  seen.add(part.file);
  for (const css of part.css ?? []) seen.add(css);
  for (const one of part.imports ?? []) filesOf(parts, one, seen);
  return seen;
}

/** As the server sends them to a browser that knows gzip and no more; small files go as they are. */
function compressed(files: Iterable<string>): number {
  let sum = 0;
  for (const file of files)
    sum += (statSync(join(PAGE, `${file}.gz`), { throwIfNoEntry: false }) ?? statSync(join(PAGE, file))).size;
  return sum;
}

test('the first page has at most 400 kB, compressed', { skip: skipBuilt() }, () => {
  const parts = manifest();
  const entry = Object.keys(parts).find((name) => parts[name]!.isEntry)!;
  const home = Object.keys(parts).find((name) => name.endsWith('pages/home/home-page.tsx'))!;
  const size = compressed(filesOf(parts, home, filesOf(parts, entry)));
  assert.ok(size > 50_000, `only ${size} bytes were found`);
  assert.ok(size <= LIMIT, `${size} bytes`);
});

test('charts come when there is one to be seen', { skip: skipBuilt() }, () => {
  const parts = manifest();
  const entry = Object.keys(parts).find((name) => parts[name]!.isEntry)!;
  for (const file of filesOf(parts, entry))
    assert.doesNotMatch(readFileSync(join(PAGE, file), 'utf8'), /zrender|echarts/i, file);
});
