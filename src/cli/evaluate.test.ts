import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EvaluationFile } from '../evaluation/evaluation.ts';
import { picture, tinyBundle } from '../serving/testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('osler evaluate BUNDLE --data', () => {
  const work = mkdtempSync(join(tmpdir(), 'osler-evaluate-test-'));
  const home = join(work, 'home');
  const data = join(work, 'ward');

  before(async () => {
    await tinyBundle(home, {
      operatingPoint: { positive: ['malignant'], threshold: 0.4, rule: 'youden' },
      temperature: 1.5,
    });
    for (const [name, from] of [
      ['benign', 0],
      ['malignant', 20],
    ] as const) {
      mkdirSync(join(data, name), { recursive: true });
      for (let i = 0; i < 12; i++) writeFileSync(join(data, name, `${i}.png`), await picture(from + i));
    }
    writeFileSync(join(data, 'benign', 'broken.png'), (await picture(99)).subarray(0, 200));
  });
  after(() => rmSync(work, { recursive: true }));

  function osler(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((done) => {
      const env = { ...process.env, OSLER_HOME: home, NO_COLOR: '1' };
      execFile(process.execPath, [main, 'evaluate', ...args], { env, cwd: work }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
      );
    });
  }

  test("with the bundle's temperature and operating point; one JSON document; its files", async () => {
    const { code, stdout, stderr } = await osler('tiny', '--data', data, '--resamples', '100', '--json');
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout);
    assert.equal(answer.samples, 24);
    assert.equal(answer.split, 'ward');
    assert.equal(answer.operatingPoint.threshold, 0.4);
    assert.equal(answer.temperature, 1.5);
    for (const name of ['accuracy', 'auroc', 'sensitivity', 'brier', 'logLoss', 'ece']) {
      const { value, low, high } = answer.metrics[name];
      assert.ok(low <= value && value <= high, name);
    }
    assert.match(stderr, /broken\.png is left out/);
    const folder = join(home, 'evaluations', 'tiny', 'data-ward');
    assert.deepEqual(readdirSync(folder).sort(), [
      'errors.json',
      'evaluation.json',
      'model-card.md',
      'predictions.csv',
      'report.html',
    ]);
    EvaluationFile.parse(JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8')));
    assert.ok(
      !readdirSync(tmpdir()).some(
        (name) => name.startsWith('osler-evaluate-') && !name.startsWith('osler-evaluate-test-'),
      ),
    );
  });

  test('another threshold; the table for people', async () => {
    const { code, stdout, stderr } = await osler(
      'tiny',
      '--data',
      data,
      '--rule',
      'threshold=0.6',
      '--resamples',
      '50',
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /reaches 0\.600/);
    assert.match(stdout, /AUROC +\d\.\d{3} +\d\.\d{3} to \d\.\d{3}/);
  });

  test('wrong use ends with 2 and names what is wrong', async () => {
    mkdirSync(join(work, 'strange', 'mole'), { recursive: true });
    writeFileSync(join(work, 'strange', 'mole', '1.png'), await picture(5));
    const wrong = [
      [['nobody'], /no run and no bundle "nobody"/],
      [['tiny', '--data', join(work, 'strange')], /mole/],
      [['tiny', '--data', join(work, 'absent')], /absent/],
      [['tiny', '--data', data, '--rule', 'best'], /"best"/],
      [['tiny', '--data', data, '--positive', 'mole', '--rule', 'threshold=0.5'], /"mole" is no class/],
      [['tiny'], /dataset/],
    ] as const;
    await Promise.all(
      wrong.map(async ([args, pattern]) => {
        const { code, stderr } = await osler(...args);
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
        assert.match(stderr, pattern);
      }),
    );
  });
});
