/**
 * How often 95% intervals hold the truth, on made-up predictions whose truth is known from a large sample:
 *
 *     node bench/evaluate/coverage.ts [--rounds 400] [--samples 200] [--resamples 1000] [--per-group 1]
 *
 * One model that is calibrated, one that is too sure of itself. Samples of a group share a part of their score.
 */
import { parseArgs } from 'node:util';
import { groupIndices } from '../../src/evaluation/check.ts';
import { measure } from '../../src/evaluation/measure.ts';
import { METRICS } from '../../src/evaluation/metrics/names.ts';
import { generator } from '../../src/evaluation/random.ts';
import { Scorer } from '../../src/evaluation/scorer.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '400' },
    samples: { type: 'string', default: '200' },
    resamples: { type: 'string', default: '1000' },
    'per-group': { type: 'string', default: '1' },
  },
});
const [rounds, samples, resamples] = [values.rounds, values.samples, values.resamples].map(Number) as [
  number,
  number,
  number,
];
const perGroup = Number(values['per-group']);
const question = { members: [1], threshold: 0.3 };

/** Log-odds of being positive, in truth, for log-odds that the model says. */
const MODELS: Record<string, (said: number) => number> = {
  calibrated: (said) => said,
  'too sure': (said) => 0.5 * said - 0.4,
};

function draw(n: number, seed: number, truth: (said: number) => number) {
  const next = generator(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const labels = new Int32Array(n);
  const probabilities = new Float64Array(2 * n);
  let shared = 0;
  for (let i = 0; i < n; i++) {
    if (i % perGroup === 0) shared = normal();
    const part = perGroup === 1 ? 0 : 0.7;
    const said = -0.8 + 2 * (part * shared + Math.sqrt(1 - part * part) * normal());
    const p = 1 / (1 + Math.exp(-said));
    probabilities.set([1 - p, p], 2 * i);
    labels[i] = next() < 1 / (1 + Math.exp(-truth(said))) ? 1 : 0;
  }
  return { labels, probabilities, groups: Array.from(labels, (_, i) => String(Math.floor(i / perGroup))) };
}

for (const [name, truth] of Object.entries(MODELS)) {
  const large = draw(400_000, 1, truth);
  const scorer = new Scorer({ classes: 2, ...large, ...groupIndices(large.groups), question, rule: null });
  const expected = new Float64Array(scorer.length);
  scorer.measure(new Float64Array(scorer.data.unitCount).fill(1), expected);
  scorer.refine(expected);
  const held = new Map<string, { held: number; of: number; below: number; methods: Set<string>; width: number }>();
  for (let round = 0; round < rounds; round++) {
    const { labels, probabilities, groups } = draw(samples, 1000 + round, truth);
    const { metrics } = measure(
      { classes: ['no', 'yes'], labels, groups },
      { probabilities, question, rule: null },
      { resamples, seed: round },
    );
    METRICS.forEach((metric, m) => {
      const { low, high, method } = metrics[metric];
      if (low === null || high === null) return;
      const entry = held.get(metric) ?? { held: 0, of: 0, below: 0, methods: new Set(), width: 0 };
      entry.of += 1;
      entry.held += low <= expected[m]! && expected[m]! <= high ? 1 : 0;
      entry.below += high < expected[m]! ? 1 : 0;
      entry.width += high - low;
      entry.methods.add(method!);
      held.set(metric, entry);
    });
  }
  process.stdout.write(
    `\n${name}: ${rounds} rounds of ${samples} samples, ${perGroup} a group, ${resamples} resamples\n`,
  );
  for (const [metric, { held: hits, of, below, methods, width }] of held) {
    const value = expected[METRICS.indexOf(metric as 'auroc')]!;
    process.stdout.write(
      `${metric.padEnd(26)} ${value.toFixed(3).padStart(6)}  held ${((100 * hits) / of).toFixed(1).padStart(5)}%  too low ${((100 * below) / of).toFixed(1).padStart(4)}%  width ${(width / of).toFixed(3)}  ${[...methods].join(', ')}\n`,
    );
  }
}
