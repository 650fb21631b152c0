import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { OslerError } from '../../errors.ts';
import { compare } from './compare.ts';
import { Comparison } from './comparison.ts';
import { fakeSides } from './testing.ts';
import { writeComparison } from './write.ts';

const where = { on: 'test of phantom@1', split: 'test', leftOut: [], createdAt: '2026-01-02T03:04:05Z', notes: [] };
const run = (sides: Parameters<typeof compare>[0], options: Parameters<typeof compare>[2] = {}) =>
  compare(sides, where, { resamples: 300, ...options });

describe('comparison', () => {
  const [base, better, twin] = fakeSides(
    [
      { name: 'base', skill: 0.8 },
      { name: 'better', skill: 1.6, seed: 4 },
      { name: 'twin', skill: 0.8, seed: 7 },
    ],
    { samples: 400 },
  ) as [ReturnType<typeof fakeSides>[0], ReturnType<typeof fakeSides>[0], ReturnType<typeof fakeSides>[0]];

  test('a better model is called better, with the size of it, and the other way round worse', () => {
    const forth = run([base, better]);
    const back = run([better, base]);
    assert.equal(forth.metric, 'auroc');
    const pair = forth.pairs[0]!;
    assert.equal(pair.verdict.kind, 'better');
    assert.match(pair.verdict.words, /^B \(better\) is better than A \(base\)\. AUROC 0\.\d{3} for A, 0\.\d{3} for B/);
    assert.equal(back.pairs[0]!.verdict.kind, 'worse');
    for (const [name, d] of Object.entries(pair.differences)) {
      const other = back.pairs[0]!.differences[name]!;
      assert.ok(Math.abs(d.difference! + other.difference!) < 1e-9, name);
      assert.ok(d.low! <= d.difference! && d.difference! <= d.high!, name);
      assert.ok(Math.abs(d.p! - other.p!) < 0.02, `${name} ${d.p} ${other.p}`);
    }
    assert.equal(pair.differences.auroc!.method, 'DeLong');
    assert.equal(pair.differences.sensitivity!.method, 'exact McNemar');
    assert.equal(pair.differences.logLoss!.method, 'paired bootstrap');
    const { both, first, second, neither } = pair.agreement;
    assert.equal(both + first + second + neither, 400);
    assert.ok(pair.power!.needed!.samples < 400);
  });

  test('net benefits are held against each other at one threshold, or not at all', () => {
    const same = run([base, better]).pairs[0]!.differences.netBenefit!;
    assert.ok(same.difference! > 0 && same.p! < 0.05, JSON.stringify(same));
    const point = { ...better.evaluation.operatingPoint!, threshold: 0.4 };
    const moved = { ...better, evaluation: { ...better.evaluation, operatingPoint: point } };
    const { first, second, difference, p, reason } = run([base, moved]).pairs[0]!.differences.netBenefit!;
    assert.ok(first! > 0 && second! > 0);
    assert.deepEqual([difference, p], [null, null]);
    assert.match(reason!, /^not estimable: weighed at two thresholds, 0\.5 and 0\.4; --rule threshold=T/);
  });

  test('no difference shown is not called equality, and says how many samples it would take', () => {
    const { pairs } = run([base, twin]);
    assert.equal(pairs[0]!.verdict.kind, 'undecided');
    assert.match(pairs[0]!.verdict.words, /do not tell A \(base\) and B \(twin\) apart.*no proof that they are equal/);
    assert.match(pairs[0]!.power!.words, /would be needed to show it/);
  });

  test('with a margin: not worse, equal within it, worse by more', () => {
    assert.equal(run([base, twin], { margin: 0.2 }).pairs[0]!.verdict.kind, 'equivalent');
    const wide = run([better, base], { margin: 0.005 });
    assert.equal(wide.pairs[0]!.verdict.kind, 'worseByMore');
    const loss = run([better, base], { margin: 0.001, metric: 'logLoss' });
    assert.equal(loss.pairs[0]!.verdict.kind, 'worseByMore');
    assert.equal(run([base, better], { margin: 0.001, metric: 'logLoss' }).pairs[0]!.verdict.kind, 'better');
    const narrow = run([base, twin], { margin: 0.0001 });
    assert.equal(narrow.pairs[0]!.verdict.kind, 'undecided');
    assert.match(narrow.pairs[0]!.verdict.words, /nor show that B \(twin\) is not worse by more than/);
  });

  test('many models: all pairs, corrected; or the first against each', () => {
    const all = run([base, better, twin]);
    assert.deepEqual(
      all.pairs.map(({ first, second }) => first + second),
      ['AB', 'AC', 'BC'],
    );
    for (const { differences } of all.pairs) {
      for (const { p, adjusted } of Object.values(differences)) assert.ok(p === null || adjusted! >= p);
    }
    assert.match(all.verdict, /^B \(better\) has the best AUROC.*better than A \(base\) and C \(twin\)/);
    assert.equal(run([base, better, twin], { pairs: 'first' }).pairs.length, 2);
  });

  test('the same answers are called that', () => {
    const { pairs } = run([base, { ...base, subject: { ...base.subject, id: 'b', name: 'copy' } }]);
    assert.equal(pairs[0]!.verdict.kind, 'identical');
    assert.equal(pairs[0]!.differences.auroc!.p, 1);
    assert.equal(pairs[0]!.differences.accuracy!.difference, 0);
  });

  test('groups of several samples: tests that take a group for one', () => {
    const sides = fakeSides(
      [
        { name: 'a', skill: 1 },
        { name: 'b', skill: 1.2, seed: 9 },
      ],
      { samples: 200, perGroup: 4 },
    );
    const { pairs, groups } = run(sides);
    assert.equal(groups, 50);
    assert.equal(pairs[0]!.differences.auroc!.method, 'DeLong for groups (Obuchowski)');
    assert.equal(pairs[0]!.differences.accuracy!.method, 'exact McNemar by group');
    assert.ok(pairs[0]!.differences.accuracy!.low! < pairs[0]!.differences.accuracy!.high!);
  });

  test('ten samples, one class only, equal scores: reasons and no NaN', () => {
    const few = fakeSides(
      [
        { name: 'a', skill: 1 },
        { name: 'b', skill: 1, seed: 6 },
      ],
      { samples: 10 },
    );
    assert.ok(!JSON.stringify(run(few)).includes('NaN'));
    Comparison.parse(run(few));
    const flat = few.map((side) => ({
      ...side,
      predictions: { ...side.predictions, logits: new Float32Array(20) },
    }));
    assert.equal(run(flat).pairs[0]!.verdict.kind, 'identical');
    const one = fakeSides([{ name: 'a', skill: 1 }], { samples: 30, classes: ['x', 'y', 'z'] })[0]!;
    assert.throws(
      () => run([one, one], { metric: 'sensitivity' }),
      (error) =>
        error instanceof OslerError && error.code === 'USAGE' && /Sensitivity cannot decide/.test(error.message),
    );
    assert.throws(() => run([base, better], { metric: 'calibrationSlope' }), /neither more nor less/);
  });

  test('three files; names are safe on the page; the table of answers gives the metrics again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'osler-comparison-'));
    const sides = fakeSides(
      [
        { name: '<script>alert(1)</script>', skill: 1 },
        { name: 'b', skill: 2, seed: 9 },
      ],
      { samples: 120, classes: ['a, "b"', 'c', 'd'], positive: ['c', 'd'] },
    );
    const comparison = run(sides, { margin: 0.05 });
    const paths = await writeComparison(
      folder,
      comparison,
      sides,
      new Map([['images/1.png', 'data:image/webp;base64,']]),
    );
    const page = readFileSync(paths.page, 'utf8');
    assert.ok(!page.includes('<script'));
    assert.ok(!/NaN|undefined|null/.test(page.replace(/<style>.*<\/style>/s, '')));
    assert.deepEqual(Comparison.parse(JSON.parse(readFileSync(paths.json, 'utf8'))), comparison);
    const rows = parse(readFileSync(paths.csv, 'utf8'), { columns: true }) as Record<string, string>[];
    const right = rows.filter((row) => row.B_predicted === row.label).length / rows.length;
    assert.ok(Math.abs(right - comparison.models[1]!.metrics.accuracy!.value!) < 1e-12);
    rmSync(folder, { recursive: true });
  });
});
