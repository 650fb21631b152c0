import { z } from 'zod';
import { direction } from '../comparison/direction.ts';
import { Estimate, type Evaluation, METRICS, type MetricName, Subject } from '../evaluation.ts';
import { metricLabel } from '../metrics/words.ts';

const Metrics = z.partialRecord(z.enum(METRICS), Estimate);

/** Metrics of one kind of corruption, from none to the strongest. */
const Curve = z.object({
  kind: z.string(),
  /** Of the amounts. */
  unit: z.string(),
  levels: z.array(z.object({ strength: z.int().positive(), amount: z.number(), metrics: Metrics })),
});

/** A lowest acceptable value (`least`), or a highest one where less is better (`most`), and where each kind misses it. */
const Gate = z.object({
  metric: z.enum(METRICS),
  least: z.number().optional(),
  most: z.number().optional(),
  /** Undamaged images already miss it. */
  clean: z.boolean(),
  /** First strength at which the estimate misses it; null: at none. */
  falls: z.array(z.object({ kind: z.string(), strength: z.int().nullable() })),
});

/** What `stress.json` holds: how a model's metrics fall as its images get worse. */
export const Robustness = z.object({
  format: z.literal('osler-stress/1'),
  split: z.string(),
  samples: z.int(),
  groups: z.int(),
  /** Measured on the images as they are, by the same engine. */
  clean: Metrics,
  curves: z.array(Curve),
  gates: z.array(Gate),
  intervals: z.object({ level: z.literal(0.95), resamples: z.int(), seed: z.int() }),
  notes: z.array(z.string()),
});
export type Robustness = z.infer<typeof Robustness>;
export type RobustnessCurve = z.infer<typeof Curve>;
export type Gate = z.infer<typeof Gate>;

/** The file `stress.json`. */
export const RobustnessFile = Robustness.extend({ subject: Subject });
export type RobustnessFile = z.infer<typeof RobustnessFile>;

/** Metrics that curves are drawn of, where they can be had; those of the positive classes when some are named. */
export const STRESSED: readonly MetricName[] = [
  'auroc',
  'macroAuroc',
  'accuracy',
  'balancedAccuracy',
  'sensitivity',
  'specificity',
  'ece',
];

export interface Level {
  kind: string;
  unit: string;
  strength: number;
  amount: number;
  metrics: Evaluation['metrics'];
}

/** Brings metrics of the same samples, undamaged and damaged, into curves; `gates` are limits of what is acceptable. */
export function robustness(
  clean: Evaluation,
  levels: readonly Level[],
  gates: readonly { metric: MetricName; limit: number }[],
): Robustness {
  // With several classes and none named as positive, auroc repeats macroAuroc.
  const binary = clean.positive !== null;
  const gated = gates.map(({ metric }) => metric);
  const names = [...new Set([...STRESSED.filter((name) => name !== 'auroc' || binary), ...gated])].filter(
    (name) => clean.metrics[name].value !== null || gated.includes(name),
  );
  const chosen = (metrics: Evaluation['metrics']) => Object.fromEntries(names.map((name) => [name, metrics[name]]));
  const curves = [...Map.groupBy(levels, ({ kind }) => kind)].map(([kind, of]) => ({
    kind,
    unit: of[0]!.unit,
    levels: of
      .toSorted((a, b) => a.strength - b.strength)
      .map(({ strength, amount, metrics }) => ({ strength, amount, metrics: chosen(metrics) })),
  }));
  const { level, resamples, seed } = clean.intervals;
  return {
    format: 'osler-stress/1',
    split: clean.split,
    samples: clean.samples,
    groups: clean.groups,
    clean: chosen(clean.metrics),
    curves,
    gates: gates.map(({ metric, limit }) => {
      const gate = { metric, ...(direction(metric) < 0 ? { most: limit } : { least: limit }) };
      return {
        ...gate,
        clean: misses(clean.metrics[metric].value, gate),
        falls: curves.map(({ kind, levels: all }) => ({
          kind,
          strength: all.find(({ metrics }) => misses(metrics[metric]!.value, gate))?.strength ?? null,
        })),
      };
    }),
    intervals: { level, resamples, seed },
    notes: clean.notes,
  };
}

/** Whether a value of the gate's metric misses it. What can't be estimated can't be shown to reach a gate. */
export function misses(value: number | null, gate: Pick<Gate, 'metric' | 'least' | 'most'>): boolean {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = gate;
  return value === null || value < least || value > most;
}

export const limitOf = ({ least, most }: Gate): number => (least ?? most)!;

/** Where each gate is missed, in words; one line a gate. */
export function gateWords({ gates }: Robustness): string[] {
  return gates.map((gate) => {
    const { metric, clean, falls } = gate;
    const name = `${metricLabel(metric)} at ${gate.most === undefined ? 'least' : 'most'} ${limitOf(gate)}`;
    if (clean) return `${name}: missed on the undamaged images already`;
    const fallen = falls.filter(({ strength }) => strength !== null);
    if (fallen.length === 0) return `${name}: held at every strength of every kind`;
    const where = fallen.map(({ kind, strength }) => `strength ${strength} of ${kind}`).join(', ');
    const held = falls.filter(({ strength }) => strength === null).map(({ kind }) => kind);
    return `${name}: missed from ${where} on${held.length > 0 ? `; held under ${held.join(', ')}` : ''}`;
  });
}
