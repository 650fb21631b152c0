import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Comparison } from '../../src/evaluation/comparison/comparison.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import { osler as command } from '../command.ts';

describe('osler compare', () => {
  const work = mkdtempSync(join(tmpdir(), 'osler-compare-test-'));
  const home = join(work, 'home');
  const data = join(work, 'ward');

  before(async () => {
    const point = { positive: ['malignant'], threshold: 0.5, rule: 'youden' };
    await tinyBundle(home, { operatingPoint: point, temperature: 1 }, 'old');
    await tinyBundle(
      home,
      { operatingPoint: { ...point, threshold: 0.3 }, temperature: 1, run: 'f'.repeat(32) },
      'new',
    );
    await tinyBundle(home, { labels: ['benign', 'other'], operatingPoint: null }, 'stranger');
    await tinyBundle(home, { operatingPoint: { ...point, positive: ['benign'] } }, 'reversed');
    for (const [name, from] of [
      ['benign', 0],
      ['malignant', 20],
    ] as const) {
      mkdirSync(join(data, name), { recursive: true });
      for (let i = 0; i < 12; i++) writeFileSync(join(data, name, `${i}.png`), await picture(from + i));
    }
  });
  after(() => rmSync(work, { recursive: true }));

  const osler = (...args: string[]) => command(home, ['compare', ...args], { cwd: work, env: { NO_COLOR: '1' } });

  test('two bundles on a folder: a verdict, one JSON document, three files', async () => {
    const { code, stdout, stderr } = await osler(
      ...['old', 'new', '--data', data, '--margin', '0.1', '--resamples', '200', '--out', join(work, 'out'), '--json'],
    );
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout);
    assert.equal(answer.samples, 24);
    assert.equal(answer.on, 'folder ward');
    // One network with two thresholds: the ranking is the same, the decisions are not.
    const { auroc, sensitivity } = answer.pairs[0].differences;
    assert.equal(auroc.difference, 0);
    assert.equal(auroc.p, 1);
    assert.ok(sensitivity.difference >= 0);
    assert.deepEqual(readdirSync(join(work, 'out')).sort(), ['answers.csv', 'comparison.html', 'comparison.json']);
    Comparison.parse(JSON.parse(readFileSync(join(work, 'out', 'comparison.json'), 'utf8')));
  });

  test('for people: who is who, the verdict, every metric, and where the page is', async () => {
    const { code, stdout } = await osler('old', 'new', '--data', data, '--metric', 'accuracy', '--resamples', '200');
    assert.equal(code, 0);
    assert.match(stdout, /folder ward: 24 samples\n {2}A {2}old/);
    assert.match(stdout, /Accuracy +0\.\d{3} +0\.\d{3}.*exact McNemar/);
    assert.match(stdout, /page .*comparisons\/old-vs-new-data\/comparison\.html/);
  });

  test('wrong input is told in a sentence with what to do', async () => {
    const cases: [string[], RegExp][] = [
      [['old'], /Two models are needed/],
      [['old', 'stranger', '--data', data], /malignant.*other|other.*malignant/s],
      [['old', 'reversed', '--data', data], /other positive classes: old asks for malignant, reversed asks for benign/],
      [['old', 'new'], /dataset that old was trained on is not here.*--dataset/s],
    ];
    for (const [args, words] of cases) {
      const { code, stderr } = await osler(...args, '--resamples', '100');
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, words, args.join(' '));
    }
  });
});
