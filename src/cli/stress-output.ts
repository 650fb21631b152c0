import type { MetricName } from '../evaluation/evaluation.ts';
import { drawnMetrics } from '../evaluation/robustness/chart.ts';
import { gateWords, misses, type Robustness, type RobustnessCurve } from '../evaluation/robustness/robustness.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { tableLines } from './table.ts';

/** For a terminal: a table for each gate's metric (or the first two of the drawing), what is missed where, what to mind. */
export function stressLines(result: Robustness): string[] {
  const gated = [...new Set(result.gates.map(({ metric }) => metric))];
  const metrics = gated.length > 0 ? gated : drawnMetrics(result).slice(0, 2);
  const lines = [
    `${pc.bold(result.split)}: ${result.samples} images, each undamaged and in ${variants(result)} variants`,
  ];
  for (const metric of metrics) lines.push('', ...metricTable(result, metric));
  if (result.gates.length > 0) lines.push('', ...gateWords(result).map((text) => `${pc.bold('gate')} ${text}`));
  const undamaged = 'Values are estimates; their 95% intervals stand in stress.json and as bands in stress.svg.';
  return [...lines, '', pc.dim(undamaged)];
}

function variants({ curves }: Robustness): number {
  return curves.reduce((sum, { levels }) => sum + levels.length, 0);
}

function metricTable(result: Robustness, metric: MetricName): string[] {
  const gate = result.gates.find((each) => each.metric === metric);
  const strengths = [...new Set(result.curves.flatMap(({ levels }) => levels.map(({ strength }) => strength)))].sort();
  const value = (curve: RobustnessCurve, strength: number) =>
    curve.levels.find((level) => level.strength === strength)?.metrics[metric]?.value ?? null;
  const clean = result.clean[metric]?.value ?? null;
  return tableLines(result.curves, [
    { title: metric, cell: ({ kind }) => kind },
    { title: 'none', cell: () => figure(clean), align: 'right' as const },
    ...strengths.map((strength) => ({
      title: String(strength),
      cell: (curve: RobustnessCurve) => figure(value(curve, strength)),
      align: 'right' as const,
      paint: (text: string, curve: RobustnessCurve) => {
        const v = value(curve, strength);
        return gate !== undefined && misses(v, gate) ? pc.red(text) : text;
      },
    })),
    { title: 'amounts', cell: ({ levels, unit }) => `${levels.map(({ amount }) => amount).join(', ')} ${unit}` },
  ]);
}
