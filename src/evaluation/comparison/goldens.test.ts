import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Z95 } from '../statistics/distributions.ts';
import { holm } from '../statistics/holm.ts';
import { aurocDifference, proportionDifference } from './differences.ts';
import { exactMcNemar } from './mcnemar.ts';
import { detectable, timesNeeded } from './power.ts';
import { tangoInterval } from './tango.ts';

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as T;
}

const golden = read<{
  mcnemar: { first: number; second: number; p: number }[];
  byUnits: { balances: number[]; p: number }[];
  holm: { p: number[]; adjusted: number[] }[];
  samples: { discordant: number; difference: number; alpha: number; power: number; n: number }[];
  detectable: { error: number; alpha: number; power: number; difference: number }[];
}>('./goldens/statsmodels.json');

function close(actual: number, expected: number, within = 1e-9) {
  assert.ok(Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}

test("exact McNemar equals statsmodels'", () => {
  for (const { first, second, p } of golden.mcnemar) {
    close(exactMcNemar([...Array(first).fill(-1), ...Array(second).fill(1), 0, 0]), p);
  }
});

test('by units it counts every choice of signs', () => {
  for (const { balances, p } of golden.byUnits) close(exactMcNemar(balances), p);
  // A unit in one piece weighs as it is: no more certain than one sample.
  assert.equal(exactMcNemar([8]), 1);
  assert.equal(exactMcNemar([1]), 1);
});

test("Holm's correction equals statsmodels'; what is no test is not counted", () => {
  for (const { p, adjusted } of golden.holm) {
    const own = holm(p);
    for (const [i, expected] of adjusted.entries()) close(own[i]!, expected);
  }
  assert.deepEqual(holm([0.01, null, 0.04]), [0.02, null, 0.04]);
});

test("sample sizes equal statsmodels' (Connor 1987), and what can be detected the normal formula", () => {
  for (const { discordant, difference, alpha, power, n } of golden.samples) {
    const errors = { null: Math.sqrt(discordant), alternative: Math.sqrt(discordant - difference ** 2) };
    close(timesNeeded(errors, difference, alpha, power), n);
  }
  for (const { error, alpha, power, difference } of golden.detectable)
    close(detectable(error, alpha, power), difference);
});

test("Tango's interval as published for airway reactivity before and after transplantation (Fagerland et al. 2014)", () => {
  const { low, high } = tangoInterval(7, 1, 21, Z95);
  assert.equal(low.toFixed(3), '-0.517');
  assert.equal(high.toFixed(3), '-0.026');
  // Models that never differ are not known to be equal.
  const none = tangoInterval(0, 0, 44, Z95);
  close(none.high, Z95 ** 2 / (44 + Z95 ** 2));
  close(none.low, -none.high);
  assert.deepEqual(tangoInterval(0, 10, 10, Z95).high, 1);
});

test("paired AUROCs: pROC's published comparison (aSAH)", () => {
  type Marker = 'wfns' | 's100b' | 'ndka';
  const proc = read<Record<Marker, number[]> & { poor: number[]; test: [Marker, Marker, number, number][] }>(
    '../goldens/proc.json',
  );
  const units = Int32Array.from(proc.poor.keys());
  for (const [a, b, z, p] of proc.test) {
    const tested = aurocDifference(
      Uint8Array.from(proc.poor),
      Float64Array.from(proc[b]),
      Float64Array.from(proc[a]),
      units,
      false,
    );
    close(tested.p!, p);
    close(tested.difference! / tested.errors!.null, z);
    assert.equal(tested.method, 'DeLong');
  }
});

test('a share over groups: the exact test by group; an interval by resampling, of few groups by Tango with a group for a sample', () => {
  const first = Uint8Array.from([1, 1, 0, 0, 0, 0, 1, 0]);
  const second = Uint8Array.from([1, 1, 1, 1, 1, 1, 0, 0]);
  const every = () => true;
  const single = proportionDifference(first, second, every, Int32Array.from(first.keys()), 8, false, () => null);
  assert.equal(single.method, 'exact McNemar');
  close(single.p!, 0.375);
  const units = Int32Array.from([0, 0, 1, 1, 1, 1, 2, 3]);
  const grouped = proportionDifference(first, second, every, units, 4, true, () => null);
  // Four samples of one patient: +4 and -1 with any signs are at least 3 in absolute value.
  close(grouped.p!, 1);
  close(grouped.low!, tangoInterval(1, 1, 4, Z95).low);
  close(grouped.high!, tangoInterval(1, 1, 4, Z95).high);
  const pairs = Int32Array.from({ length: 16 }, (_, i) => i >> 1);
  const many = proportionDifference(new Uint8Array(16), new Uint8Array(16).fill(1), every, pairs, 8, true, () => null);
  assert.match(many.reason!, /no interval/);
  close(many.p!, 2 / 256);
});
