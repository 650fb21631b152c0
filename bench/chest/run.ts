/**
 * Chest films of three classes from two sources: what the shortcut audit says, and what is left of a network's accuracy when the
 * shortcuts are taken away. After Maguolo and Nanni (2021), who blackened the lungs, and DeGrave (2021).
 *
 *   OSLER_DATA=... ./osler bench chest [--epochs 6] [--size 128] [--home DIR] [--no-networks]
 *
 * First without a network: a forest on thumbnails of 16x16. Then three trainings on the same split by patient, the same network and recipe:
 *   as they are     colour as in the files, stretched to a square
 *   removed         data.channels=1 data.fit=crop data.trim=0.1: grey, one size and aspect, borders cut off
 *   edges alone     the films with everything but a border of 12% blackened: no lung to be seen
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { ShortcutResult } from '../../src/audit/shortcut/result.ts';
import { shortcutAudit } from '../../src/audit/shortcut/shortcut.ts';
import { childEnvironment, processEnvironment } from '../../src/config/environment.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { decodeToSize } from '../../src/data/preprocess.ts';
import type { Dataset, Sample } from '../../src/data/sample.ts';
import { EvaluationFile } from '../../src/evaluation/evaluation.ts';
import { glance } from './glance.ts';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '6' },
    size: { type: 'string', default: '128' },
    home: { type: 'string' },
    networks: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const { data } = processEnvironment();
const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const EDGE = 0.12;

if (data === undefined) console.log('skipped: OSLER_DATA is not set');
else {
  const folder = mkdtempSync(join(tmpdir(), 'osler-bench-chest-'));
  try {
    await main(data, folder, values.home ?? join(folder, 'home'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(source: string, folder: string, home: string): Promise<void> {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, node ${process.version}`);
  const osler = (...words: string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--json'], {
        encoding: 'utf8',
        env: childEnvironment({ OSLER_HOME: home }),
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 2 ** 28,
      }),
    );
  const films = join(source, 'cxr3', 'images_256');
  const table = ['--metadata', join(source, 'cxr3', 'index.csv'), '--id', 'file'];
  osler('data', 'import', films, '--name', 'chest', ...table, '--group-pattern', '^(\\d{8})_');
  const chest = await openDataset(home, 'chest');
  say('films as they are', await shortcutAudit(chest, { home }));
  say('grey, 192x192 of the middle 80%', await shortcutAudit(await removed(chest, join(folder, 'removed')), { home }));
  await glances(chest);
  if (values.networks === false) return;
  await blacken(chest, join(folder, 'edges'));
  // Blackened alike they are near copies of each other, to the audit's eye.
  const edges = ['--name', 'edges', '--group-pattern', '^(\\d{8})_', '--no-near-duplicates'];
  osler('data', 'import', join(folder, 'edges'), ...edges);

  const weights = join(source, '..', 'weights', 'mobilenet_v2', 'mobilenet_v2_imagenet.safetensors');
  const recipe = [
    'isic-mobilenet',
    `model.pretrained=${weights}`,
    `training.epochs=${values.epochs}`,
    `data.size=${values.size}`,
    'training.progressive=null',
    'augment.flipVertical=0',
    'augment.rotation=7',
    'augment.hue=0',
    'augment.saturation=0',
  ];
  const known = osler('runs', 'list', '--status', 'finished') as { id: string; name: string; seconds: number }[];
  const train = (name: string, ...settings: string[]): string => {
    // In a home that was kept, a training that is there already is not repeated.
    const old = known.find((run) => run.name === name);
    const id = old?.id ?? (osler('train', ...recipe, `name=${name}`, ...settings) as { run: string }).run;
    osler('evaluate', id, '--resamples', '2000');
    const file = join(home, 'runs', id, 'evaluation', 'test', 'evaluation.json');
    const { metrics, per_class_metrics } = EvaluationFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    const figures = [metrics.accuracy, metrics.balancedAccuracy, metrics.macroAuroc].map(estimate);
    const classes = Object.entries(per_class_metrics).map(([label, { auroc }]) => `${label} ${estimate(auroc)}`);
    console.log(`${name.padEnd(14)} accuracy ${figures[0]}, balanced ${figures[1]}, macro AUROC ${figures[2]}`);
    console.log(`${''.padEnd(14)} ${classes.join(', ')}`);
    return id;
  };
  const before = train('as they are', 'dataset=chest');
  const after = train('removed', 'dataset=chest', 'data.channels=1', 'data.fit=crop', 'data.trim=0.1', ...grey());
  train('edges alone', 'dataset=edges');
  const { verdict } = osler('compare', before, after, '--metric', 'macroAuroc') as { verdict: string };
  console.log(verdict);
}

async function glances(chest: Dataset): Promise<void> {
  const { classes } = chest.record;
  for (const [name, geometry, edges] of [
    ['as they are', { channels: 3, fit: 'stretch' }, false],
    ['removed', { channels: 1, fit: 'crop', trim: 0.1 }, false],
    ['edges alone', { channels: 3, fit: 'stretch' }, true],
  ] as const) {
    const { accuracy, balancedAccuracy, macro, each } = await glance(chest, geometry, { edges });
    const figures = `accuracy ${accuracy.toFixed(3)}, balanced ${balancedAccuracy.toFixed(3)}`;
    console.log(`thumbnails ${name.padEnd(12)} ${figures}, macro AUROC ${estimate({ ...macro, value: macro.auroc })}`);
    const one = each.map((guess, k) => `${classes[k]} ${estimate({ ...guess, value: guess.auroc })}`);
    console.log(`           ${one.join(', ')}`);
  }
}

/** The normalisation of isic-mobilenet for one channel. */
function grey(): string[] {
  return ['data.normalisation.mean=[0.5]', 'data.normalisation.std=[0.5]'];
}

function estimate({ value, low, high }: { value: number | null; low: number | null; high: number | null }): string {
  const text = (x: number | null): string => (x === null ? '?' : x.toFixed(3));
  return `${text(value)} (${text(low)} to ${text(high)})`;
}

function say(name: string, result: ShortcutResult): void {
  const text = estimate({ value: result.auroc, low: result.low, high: result.high });
  console.log(`${name}: without anatomy macro AUROC ${text}, ${result.verdict}`);
  for (const guess of result.classes) console.log(`  ${guess.label} ${estimate({ ...guess, value: guess.auroc })}`);
  const families = result.families.map(({ family, auroc }) => `${family} ${auroc?.toFixed(2)}`);
  console.log(`  by kind: ${families.join(', ')}`);
}

/** The films as the second network sees them, for another audit. */
async function removed(chest: Dataset, folder: string): Promise<Pick<Dataset, 'record' | 'samples' | 'path'>> {
  const side = 192;
  mkdirSync(folder, { recursive: true });
  const samples: Sample[] = [];
  for (const sample of chest.samples()) {
    const spec = { width: side, height: side, channels: 1, fit: 'crop', trim: 0.1 } as const;
    const pixels = await decodeToSize(chest.path(sample), spec);
    const path = join(folder, `${sample.sha256}.png`);
    await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(path);
    samples.push({ ...sample, uri: path, sha256: `removed ${sample.sha256}`, meta: {} });
  }
  return { record: chest.record, samples: () => samples, path: ({ uri }) => uri };
}

/** The same films in the same splits, with all but their edges blackened. */
async function blacken(chest: Dataset, folder: string): Promise<void> {
  for (const sample of chest.samples()) {
    const path = join(folder, sample.split, sample.label, basename(sample.id));
    mkdirSync(dirname(path), { recursive: true });
    const image = sharp(chest.path(sample));
    const { width, height } = await image.metadata();
    const inner = { width: Math.round(width * (1 - 2 * EDGE)), height: Math.round(height * (1 - 2 * EDGE)) };
    const black = { create: { ...inner, channels: 3 as const, background: '#000' } };
    await image
      .composite([{ input: black, left: Math.round(width * EDGE), top: Math.round(height * EDGE) }])
      .jpeg({ quality: 92 })
      .toFile(path);
  }
}
