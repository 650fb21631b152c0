/** Holds the code against ARCHITECTURE.md: floors, cycles, who may touch what, file sizes. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

/** A room imports only from lower floors, or from itself. */
const FLOORS: Record<string, number> = {
  'errors.ts': 0,
  'progress.ts': 0,
  client: 0,
  config: 1,
  store: 1,
  threads: 1,
  torch: 1,
  nn: 2,
  data: 2,
  evaluation: 2,
  tracking: 2,
  security: 2,
  audit: 3,
  models: 3,
  onnx: 3,
  explain: 3,
  bundle: 3,
  registry: 4,
  training: 4,
  serving: 4,
  monitoring: 4,
  tuning: 5,
  pipeline: 5,
  server: 6,
  cli: 7,
};

interface Source {
  path: string;
  room: string;
  text: string;
  imports: { target: string; typeOnly: boolean }[];
}

const sources: Source[] = globSync('**/*.ts', { cwd: src }).map((path) => {
  const text = readFileSync(join(src, path), 'utf8');
  const imports = [
    ...text.matchAll(/(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g),
  ].map((m) => ({
    target: relative(src, normalize(join(src, dirname(path), (m[2] ?? m[3])!))),
    typeOnly: m[1] !== undefined,
  }));
  return { path, room: path.split('/')[0]!, text, imports };
});
const product = sources.filter((s) => !s.path.endsWith('.test.ts') && !s.path.includes('/testing'));

test('no compiler has left its output among the sources', () => {
  assert.deepEqual(globSync('**/*.{js,d.ts}', { cwd: src }), []);
});

test('a room imports only from lower floors', () => {
  const wrong: string[] = [];
  for (const { path, room, imports } of product) {
    const floor = FLOORS[room];
    assert.notEqual(floor, undefined, `src/${path}: its room is not in ARCHITECTURE.md's list of floors`);
    for (const { target, typeOnly } of imports) {
      const other = target.split('/')[0]!;
      if (target.startsWith('..') || other === room) continue;
      const theirs = FLOORS[other];
      assert.notEqual(theirs, undefined, `src/${path} imports ${target}, which is in no room`);
      if (theirs! >= floor! && !(typeOnly && theirs === floor))
        wrong.push(`src/${path} (floor ${floor}) imports ${target} (floor ${theirs})`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('no import cycle at run time', () => {
  const graph = new Map(product.map((s) => [s.path, s.imports.filter((i) => !i.typeOnly).map((i) => i.target)]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  assert.deepEqual(cycles, []);
});

test('process.env is read in config only, SQL stands in store only, no file passes 500 lines', () => {
  const wrong: string[] = [];
  for (const { path, room, text } of product) {
    if (room !== 'config' && /\bprocess\.env\b/.test(text)) wrong.push(`src/${path} reads process.env`);
    if (room !== 'store' && /from 'kysely'|node:sqlite/.test(text)) wrong.push(`src/${path} speaks SQL`);
    if (room !== 'server' && /from '(fastify|node:http)'/.test(text)) wrong.push(`src/${path} speaks HTTP`);
    if (text.split('\n').length > 500) wrong.push(`src/${path} has over 500 lines`);
  }
  assert.deepEqual(wrong, []);
});
