/**
 * The shortcut audit on generated datasets with known answers: how often it cries wolf, and what it finds.
 *
 *   ./osler bench shortcut [--quiet 200] [--planted 4] [--images 300] [--pool 4000] [--seed 1]
 *
 * Quiet sets are patients drawn from a pool of lesions whose class shows in the lesion and in nothing else; planted ones have a trace of
 * the class that is no anatomy on all, or on four in ten, of their malignant images. With OSLER_DATA set, also cxr3 with its labels
 * dealt out anew among the patients, where everything differs between images and nothing tells the label.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ShortcutResult } from '../../src/audit/shortcut/result.ts';
import { shortcutAudit } from '../../src/audit/shortcut/shortcut.ts';
import type { Sample } from '../../src/data/sample.ts';
import { chestFilms, dealtAnew } from './chest.ts';
import { asDataset, drawPool, drawSet, PLANTS, plant, plantColumn } from './sets.ts';

const { values } = parseArgs({
  options: {
    quiet: { type: 'string', default: '200' },
    planted: { type: 'string', default: '4' },
    images: { type: 'string', default: '300' },
    pool: { type: 'string', default: '4000' },
    /** Another number draws other pictures and other sets. */
    seed: { type: 'string', default: '1' },
  },
});
const {
  quiet,
  planted,
  images,
  pool: size,
  seed: own,
} = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)])) as Record<
  keyof typeof values,
  number
>;
const folder = mkdtempSync(join(tmpdir(), 'osler-bench-shortcut-'));
const home = join(folder, 'home');

try {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, node ${process.version}`);
  const pool = await drawPool(join(folder, 'pool'), size, own);
  const patients = new Set(pool.map(({ group }) => group)).size;
  console.log(`pool: ${pool.length} images of ${patients} patients; sets of about ${images}`);
  await report('quiet: nothing but the lesion', quiet, (seed) => Promise.resolve(drawSet(pool, images, seed)));
  const films = await chestFilms(join(folder, 'films'));
  if (films === undefined) console.log('quiet: chest films skipped, OSLER_DATA is not set');
  else
    await report('quiet: chest films, labels dealt anew', Math.ceil(quiet / 5), (seed) =>
      Promise.resolve(dealtAnew(films, seed)),
    );
  for (const share of [1, 0.4]) {
    for (const name of Object.keys(PLANTS)) {
      const where = join(folder, `${name} ${share}`.replace(/\W/g, '-'));
      await report(`${name}, on ${100 * share}%`, planted, (seed) =>
        plant(join(where, String(seed)), drawSet(pool, images, seed), name, share, seed),
      );
    }
  }
  await report('column clinic', planted, (seed) => Promise.resolve(plantColumn(drawSet(pool, images, seed), seed)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Audits `count` sets and says how many alarms there were, and how well labels were guessed. */
async function report(name: string, count: number, draw: (seed: number) => Promise<Sample[]>): Promise<void> {
  const start = performance.now();
  const results: ShortcutResult[] = [];
  for (let seed = 1000 * (own - 1) + 1; results.length < count; seed++)
    results.push(await shortcutAudit(asDataset(await draw(seed)), { home, seed, maxSamples: 3000 }));
  const seconds = (performance.now() - start) / 1000 / count;
  const found = results.filter(({ verdict }) => verdict === 'found');
  const aurocs = results.map(({ auroc }) => auroc!).sort((a, b) => a - b);
  const first = found.map(({ features }) => features[0]!.name);
  const carrier = [...Map.groupBy(first, (x) => x)].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? '';
  console.log(
    `${name.padEnd(58)} ${String(found.length).padStart(3)} of ${count} alarms (${((100 * found.length) / count).toFixed(1)}%), ` +
      `AUROC ${aurocs[0]!.toFixed(2)} ${aurocs[aurocs.length >> 1]!.toFixed(2)} ${aurocs.at(-1)!.toFixed(2)}, ${seconds.toFixed(2)} s each  ${carrier}`,
  );
}
