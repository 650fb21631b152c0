import { type Chart, chartsToSvg } from './line-chart.ts';

export interface LrFinding {
  points: { lr: number; loss: number; smoothed: number }[];
  /** Where the smoothed loss falls fastest; null when it nowhere falls. */
  suggestion: number | null;
  /** Whether the loss blew up before the highest rate. */
  diverged: boolean;
}

export interface LrRange {
  low: number;
  high: number;
  steps: number;
}

/**
 * Learning-rate range test (Smith 2017): the rate rises geometrically from step to step while the loss is watched, until it is
 * more than four times its lowest. `step(lr)` does one optimiser step at that rate and returns its loss; false ends the test.
 */
export async function findLr(range: LrRange, step: (lr: number) => Promise<number | false>): Promise<LrFinding> {
  const points: LrFinding['points'] = [];
  let mean = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let diverged = false;
  const keep = 0.9;
  for (let i = 0; i < range.steps; i++) {
    const lr = range.low * (range.high / range.low) ** (i / Math.max(range.steps - 1, 1));
    const loss = await step(lr);
    if (loss === false) break;
    if (!Number.isFinite(loss)) {
      diverged = true;
      break;
    }
    mean = keep * mean + (1 - keep) * loss;
    const smoothed = mean / (1 - keep ** (i + 1));
    points.push({ lr, loss, smoothed });
    if (i > 10 && smoothed > 4 * lowest) {
      diverged = true;
      break;
    }
    lowest = Math.min(lowest, smoothed);
  }
  return { points, suggestion: steepest(points), diverged };
}

/** The rate at the steepest fall of the smoothed loss before its minimum. */
function steepest(points: LrFinding['points']): number | null {
  let bottom = 0;
  for (const [i, p] of points.entries()) if (p.smoothed < points[bottom]!.smoothed) bottom = i;
  let best: number | null = null;
  let slope = 0;
  // The first steps' average is of few losses only.
  for (let i = 5; i < bottom; i++) {
    const fall = points[i + 1]!.smoothed - points[i - 1]!.smoothed;
    if (fall < slope) {
      slope = fall;
      best = points[i]!.lr;
    }
  }
  return best;
}

/** Loss over the rate, with the suggestion marked. */
export function lrFindingToSvg(finding: LrFinding, title: string): string {
  const chart: Chart = {
    title,
    xLabel: 'learning rate',
    yLabel: 'loss',
    logX: true,
    series: [
      { name: 'step', colour: '#2563eb', faint: true, points: finding.points.map((p) => [p.lr, p.loss] as const) },
      { name: 'smoothed', colour: '#2563eb', points: finding.points.map((p) => [p.lr, p.smoothed] as const) },
    ],
    marks: finding.suggestion === null ? [] : [{ x: finding.suggestion, label: finding.suggestion.toExponential(1) }],
  };
  return chartsToSvg([chart]);
}
