/** Several trainings of one recipe, from the command line: seeds, folds, going on, their measures, and labels judged by them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importDataset } from '../../src/data/import.ts';
import { type GroupRecord, listGroups } from '../../src/store/groups.ts';
import { drawDataset } from '../../src/training/testing.ts';
import { finished, osler, oslerJson, start } from '../command.ts';

const RECIPE = `
model: { name: simple_cnn }
data: { size: 24, channels: 1, workers: 1 }
optimiser: { kind: adamw, lr: 0.01 }
schedule: { kind: oneCycle }
training: { epochs: 10, batchSize: 8, metric: loss, threads: 1 }
`;

interface Answer {
  group: string;
  runs: { run: string; seed: number; fold: number | null }[];
  chosen: GroupRecord['chosen'];
  samples: number;
  members: { metrics: Record<string, number> }[];
  metrics: Record<string, { mean: number; sd: number; low: number | null; high: number | null; reason?: string }>;
  together: Record<string, { value: number }> | null;
}

describe('a recipe trained several times', () => {
  let home: string;
  let recipe: string;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-repeats-'));
    const options = { perClass: 120 };
    await drawDataset(home, options);
    // Six labels of train changed over: a bright spot in the wrong half.
    const source = join(home, 'drawn', 'spots');
    for (const i of [0, 1, 2]) {
      renameSync(join(source, 'train/left', `${i}.png`), join(source, 'train/right', `wrong-${i}.png`));
      renameSync(join(source, 'train/right', `${i + 10}.png`), join(source, 'train/left', `wrong-${i}.png`));
    }
    await importDataset(source, { name: 'noisy' }, { home });
    recipe = join(home, 'spots.yaml');
    writeFileSync(recipe, RECIPE);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('seeds: the run to go on with is chosen on validation; test has its own mean and spread', async () => {
    const trained = await oslerJson<Answer>(home, ['train', recipe, 'dataset=spots', '--seeds', '2']);
    assert.deepEqual(
      trained.runs.map(({ seed, fold }) => [seed, fold]),
      [
        [1, null],
        [2, null],
      ],
    );
    assert.ok(trained.runs.some(({ run }) => run === trained.chosen!.run));
    assert.equal(trained.chosen!.metric, 'loss');
    const { auroc } = trained.metrics;
    // Both seeds may be right about everything: then there is no interval, but a reason.
    if (auroc!.low === null) assert.match(auroc!.reason!, /no resample differs/);
    else assert.ok(auroc!.low <= auroc!.mean && auroc!.mean <= auroc!.high!);
    const measured = await oslerJson<Answer>(home, ['evaluate', trained.group, '--resamples', '200']);
    assert.equal(measured.samples, 48);
    assert.deepEqual(measured.chosen, trained.chosen);
    const single = await oslerJson<{ metrics: Record<string, { value: number }> }>(home, [
      'evaluate',
      trained.runs[1]!.run,
    ]);
    assert.ok(Math.abs(single.metrics.auroc!.value - measured.members[1]!.metrics.auroc!) < 1e-6);
    const learnt = await osler(home, ['evaluate', trained.group, '--split', 'train', '--resamples', '200']);
    assert.match(learnt.stdout, /learnt from these very samples/);
    // Where one run is meant, a group says that it is one, and which runs it has.
    const compared = await osler(home, ['compare', trained.group, trained.runs[0]!.run]);
    assert.equal(compared.code, 2);
    assert.match(compared.stderr, new RegExp(`is a group of runs[^]*${trained.runs[0]!.run.slice(0, 12)}`));
  });

  test('folds that were stopped go on; every sample of train and val is answered once; wrong labels come first', async () => {
    const child = start(home, ['train', recipe, 'dataset=noisy', '--folds', '3']);
    child.stdin!.end();
    child.stderr!.on('data', (text) => {
      if (/fold 1/.test(String(text))) child.kill('SIGINT');
    });
    const stopped = await finished(child);
    assert.equal(stopped.code, 130, stopped.stderr);
    const [group] = await listGroups(home);
    assert.match(stopped.stderr, new RegExp(`osler train --resume ${group!.id.slice(0, 12)}`));
    const refused = await osler(home, ['data', 'suspects', group!.id]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /fold \d of group [0-9a-f]+ is not trained yet/);
    const trained = await oslerJson<Answer>(home, ['train', '--resume', group!.id]);
    assert.equal(trained.samples, 192);
    assert.ok(trained.metrics.auroc!.mean > 0.8);
    assert.equal(trained.chosen, null);
    const found = await oslerJson<{
      judged: Record<string, number>;
      suspects: { id: string; label: string; suggested: string }[];
      files: Record<'page' | 'labels', string>;
    }>(home, ['data', 'suspects', group!.id]);
    assert.deepEqual(found.judged, { train: 144, val: 48, test: 48 });
    const first = found.suspects.slice(0, 8).filter(({ id }) => id.includes('wrong'));
    assert.ok(first.length >= 4, JSON.stringify(found.suspects.slice(0, 10)));
    assert.match(readFileSync(found.files.page, 'utf8'), /taken for right[\s\S]*data:image/);
    assert.equal(readFileSync(found.files.labels, 'utf8').trim().split('\n').length, 241);
  });
});
