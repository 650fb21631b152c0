import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { refuseOfGroup } from '../../src/cli/evaluate.ts';
import { EvaluationFile } from '../../src/evaluation/evaluation.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('osler evaluate BUNDLE --data', () => {
  const work = mkdtempSync(join(tmpdir(), 'osler-evaluate-test-'));
  const home = join(work, 'home');
  const data = join(work, 'ward');
  const temporary = join(work, 'tmp');

  before(async () => {
    mkdirSync(temporary);
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
      // ONNX Runtime leaves traces there when it is about to send usage data, which it does not do where CI is set.
      const { CI: _, ORT_DISABLE_TELEMETRY: __, ...rest } = process.env;
      const env = { ...rest, OSLER_HOME: home, NO_COLOR: '1', TMPDIR: temporary };
      const verb = args[0] === 'explain' ? [] : ['evaluate'];
      execFile(process.execPath, [main, ...verb, ...args], { env, cwd: work }, (error, stdout, stderr) =>
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
    assert.deepEqual(readdirSync(temporary), [], 'left in the temporary folder');
  });

  test('explain: beside the evaluation, in its report; a mask of another size is an error that names it', async () => {
    const before = await osler('explain', 'tiny', '--data', work);
    assert.equal(before.code, 2);
    assert.match(before.stderr, /no evaluation to explain[\s\S]*Make it first: osler evaluate tiny --data/);
    const masks = join(work, 'masks');
    for (const [name, from] of [
      ['benign', 0],
      ['malignant', 20],
    ] as const) {
      mkdirSync(join(masks, name), { recursive: true });
      for (let i = 0; i < 12; i++) writeFileSync(join(masks, name, `${i}.png`), await picture(from + i));
    }
    const lean = ['--data', data, '--masks', masks, '--images', '12', '--occlusion', '0', '--no-sanity'];
    const { code, stdout, stderr } = await osler('explain', 'tiny', ...lean, '--json');
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout);
    assert.equal(answer.masks.found, 12);
    assert.equal(answer.methods[0].masked.images, 12);
    assert.match(readFileSync(answer.report, 'utf8'), /Energy inside/);
    writeFileSync(join(masks, 'benign', '0.png'), await picture(1, 20, 20));
    const wrong = await osler('explain', 'tiny', ...lean);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /The mask of benign\/0\.png is 20 × 20 pixels; the image is 40 × 30/);
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

  test('Ctrl-C in the middle of the resamples: 130, at once, and nothing is written', async () => {
    const env = { ...process.env, OSLER_HOME: home, NO_COLOR: '1' };
    const out = join(work, 'interrupted');
    const args = [main, 'evaluate', 'tiny', '--data', data, '--resamples', '500000', '--out', out];
    const child = spawn(process.execPath, args, { env, cwd: work });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      // Its last word before the resamples.
      if (!stderr.includes('predicting') && String(chunk).includes('predicting'))
        setTimeout(() => child.kill('SIGINT'), 600);
      stderr += chunk;
    });
    const [code] = await once(child, 'exit');
    assert.equal(code, 130, stderr);
    assert.match(stderr, /error Interrupted by SIGINT.*\n {2}→ Run the command again/);
    assert.ok(!existsSync(out));
  });

  test('wrong use ends with 2 and names what is wrong', async () => {
    mkdirSync(join(work, 'strange', 'mole'), { recursive: true });
    writeFileSync(join(work, 'strange', 'mole', '1.png'), await picture(5));
    const wrong = [
      [['nobody'], /no run and no bundle "nobody"/],
      [['tiny', '--data', join(work, 'strange')], /mole/],
      [['tiny', '--data', join(work, 'absent')], /absent/],
      [['tiny', '--data', data, '--rule', 'best'], /"best"/],
      [['tiny', '--data', data, '--rule', 'cost=0:1'], /both costs/],
      [['tiny', '--data', data, '--coverage', '2'], /0\.5 to 0\.999/],
      [['tiny', '--data', data, '--calibration', 'magic'], /vector, isotonic/],
      [['tiny', '--data', data, '--positive', 'mole', '--rule', 'threshold=0.5'], /"mole" is no class/],
      [['tiny'], /dataset/],
    ] as const;
    await Promise.all(
      wrong.map(async ([args, pattern]) => {
        const { code, stderr } = await osler(...args);
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
        assert.match(stderr, pattern);
        assert.doesNotMatch(stderr, /predicting/, 'said before anything is predicted');
      }),
    );
  });
});

test('a group of runs refuses what it has no use for', () => {
  for (const [options, name] of [
    [{ out: 'x' }, '--out'],
    [{ coverage: 0.8 }, '--coverage'],
    [{ about: 'x.yaml' }, '--about'],
  ] as const) {
    assert.throws(() => refuseOfGroup(options), { code: 'USAGE', message: new RegExp(`^${name} is for a single run`) });
  }
  refuseOfGroup({ rule: 'youden', positive: 'a', subgroups: 'sex' });
});
