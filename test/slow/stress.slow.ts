import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RobustnessFile } from '../../src/evaluation/robustness/robustness.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import { osler as command } from '../command.ts';

describe('osler stress BUNDLE --data', () => {
  const work = mkdtempSync(join(tmpdir(), 'osler-stress-test-'));
  const home = join(work, 'home');
  const data = join(work, 'ward');

  before(async () => {
    await tinyBundle(home, { operatingPoint: { positive: ['malignant'], threshold: 0.4, rule: 'youden' } });
    for (const [name, from] of [
      ['benign', 0],
      ['malignant', 20],
    ] as const) {
      mkdirSync(join(data, name), { recursive: true });
      for (let i = 0; i < 6; i++) writeFileSync(join(data, name, `${i}.png`), await picture(from + i));
    }
  });
  after(() => rmSync(work, { recursive: true }));

  const osler = (...args: string[]) => command(home, ['stress', ...args], { cwd: work, env: { NO_COLOR: '1' } });

  test('five strengths of each kind asked for, in one JSON document and two files', async () => {
    const asked = ['tiny', '--data', data, '--kinds', 'blur,jpeg', '--gate', 'auroc=0.999', '--resamples', '50'];
    const { code, stdout, stderr } = await osler(...asked, '--json');
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout);
    assert.deepEqual(
      answer.curves.map(({ kind, levels }: { kind: string; levels: unknown[] }) => [kind, levels.length]),
      [
        ['blur', 5],
        ['jpeg', 5],
      ],
    );
    assert.equal(answer.samples, 12);
    assert.equal(answer.gates[0].falls.length, 2);
    const file = RobustnessFile.parse(JSON.parse(readFileSync(answer.files.json, 'utf8')));
    assert.equal(file.subject.name, 'tiny');
    assert.match(readFileSync(answer.files.svg, 'utf8'), /^<svg .*jpeg/s);
    assert.deepEqual(JSON.parse((await osler(...asked, '--json')).stdout), answer);
  });

  test('what is wrong is named', async () => {
    for (const [args, words] of [
      [['--kinds', 'fog'], /no such kind/],
      [['--gate', 'beauty=1'], /"beauty" is no metric/],
      [['--gate', 'auroc=high'], /"high" is no number/],
      [['--gate', 'calibrationSlope=1'], /neither more nor less of calibrationSlope is better/],
    ] as const) {
      const { code, stderr } = await osler('tiny', '--data', data, ...args);
      assert.equal(code, 2);
      assert.match(stderr, words);
    }
    const { code, stderr } = await osler('tiny');
    assert.equal(code, 2);
    assert.match(stderr, /not here[\s\S]*--data DIR/);
  });
});
