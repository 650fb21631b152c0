import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AT, classOffset, DEFAULT_REFERENCES } from '../metrics/names.ts';
import { QuestionScorer } from '../metrics/question.ts';
import { aurocInterval, delong } from './delong.ts';
import { normalTwoSided } from './distributions.ts';

type Marker = 'wfns' | 's100b' | 'ndka';
const MARKERS = ['wfns', 's100b', 'ndka'] as const;
const golden = JSON.parse(readFileSync(new URL('../goldens/proc.json', import.meta.url), 'utf8')) as Record<
  Marker,
  number[]
> & {
  poor: number[];
  auroc: Record<Marker, number>;
  variance: Record<Marker, number>;
  covariance: [Marker, Marker, number][];
  interval: { ndka: [number, number] };
  test: [Marker, Marker, number, number][];
  /** Marker, largest false positive rate, standardised partial AUROC. */
  partial: [Marker, number, number][];
};

function close(actual: number, expected: number) {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

test("pROC's published example: AUROCs, variances, covariances, interval and paired test", () => {
  const result = delong(
    golden.poor,
    MARKERS.map((name) => golden[name]),
  )!;
  const at = (name: Marker) => MARKERS.indexOf(name);
  for (const name of MARKERS) {
    close(result.aucs[at(name)]!, golden.auroc[name]);
    close(result.covariance[at(name)]![at(name)]!, golden.variance[name]);
  }
  for (const [a, b, expected] of golden.covariance) close(result.covariance[at(a)]![at(b)]!, expected);
  const { low, high } = aurocInterval(result, at('ndka'))!;
  close(low, golden.interval.ndka[0]);
  close(high, golden.interval.ndka[1]);
  for (const [a, b, z, p] of golden.test) {
    const c = result.covariance;
    const variance = c[at(a)]![at(a)]! + c[at(b)]![at(b)]! - 2 * c[at(a)]![at(b)]!;
    const statistic = (result.aucs[at(a)]! - result.aucs[at(b)]!) / Math.sqrt(variance);
    close(statistic, z);
    close(normalTwoSided(statistic), p);
  }
});

test("pROC's published example: partial AUROCs", () => {
  for (const [name, falsePositiveRate, expected] of golden.partial) {
    const scores = Float64Array.from(golden[name], (rank) => rank / 1000);
    const units = Int32Array.from(scores, (_, i) => i);
    const references = { ...DEFAULT_REFERENCES, falsePositiveRate };
    const scorer = new QuestionScorer(2, scores, Uint8Array.from(golden.poor), units, 0.5, references);
    const out = new Float64Array(classOffset(3));
    scorer.measure(new Float64Array(units.length).fill(1), 0, out);
    close(out[AT.partialAuroc]!, expected);
    close(out[AT.auroc]!, golden.auroc[name]);
  }
});
