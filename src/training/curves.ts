import { type Chart, chartsToSvg } from './line-chart.ts';
import type { LogLine } from './log.ts';

const BLUE = '#2563eb';
const ORANGE = '#ea580c';
const GREEN = '#16a34a';
const PURPLE = '#9333ea';

/** A run's log as one SVG: loss (training, smoothed; validation), the validation metrics of 0..1, the learning rate. */
export function curvesToSvg(title: string, lines: readonly LogLine[]): string {
  const steps = lines.filter((l) => l.type === 'step');
  const epochs = lines.filter((l) => l.type === 'epoch');
  const perEpoch = epochs[0]?.step ?? Math.max(steps.length, 1);
  const raw = thin(steps.map((l) => [l.step / perEpoch, l.loss ?? Number.NaN] as const));
  const charts: Chart[] = [
    {
      title,
      xLabel: 'epoch',
      yLabel: 'loss',
      series: [
        { name: 'step', points: raw, colour: BLUE, faint: true },
        { name: 'training', points: smooth(raw), colour: BLUE },
        {
          name: 'validation',
          points: epochs.map((l) => [l.epoch, l.val.loss ?? Number.NaN] as const),
          colour: ORANGE,
          dots: true,
        },
      ],
      marks: bestMark(epochs),
    },
  ];
  const names = Object.keys(epochs[0]?.val ?? {}).filter((name) => name !== 'loss');
  if (names.length > 0) {
    const colours = [ORANGE, BLUE, GREEN, PURPLE];
    charts.push({
      title: 'Validation',
      xLabel: 'epoch',
      series: names.map((name, i) => ({
        name,
        points: epochs.map((l) => [l.epoch, l.val[name] ?? Number.NaN] as const),
        colour: colours[i % colours.length]!,
        dots: true,
      })),
      marks: bestMark(epochs),
    });
  }
  charts.push({
    title: 'Learning rate',
    xLabel: 'epoch',
    series: [
      { name: 'lr', points: thin(steps.map((l) => [l.step / perEpoch, l.lr ?? Number.NaN] as const)), colour: GREEN },
    ],
  });
  return chartsToSvg(charts);
}

function bestMark(epochs: readonly Extract<LogLine, { type: 'epoch' }>[]): { x: number; label: string }[] {
  const best = epochs.findLast((l) => l.best);
  return best === undefined ? [] : [{ x: best.epoch, label: 'best' }];
}

type Point = readonly [number, number];

/** At most about 1,000 points, each the mean of its stretch: a plot has no more pixels. */
function thin(points: readonly Point[]): Point[] {
  const width = Math.ceil(points.length / 1000);
  if (width <= 1) return [...points];
  const out: Point[] = [];
  for (let i = 0; i < points.length; i += width) {
    const part = points.slice(i, i + width);
    out.push([part.at(-1)![0], part.reduce((sum, p) => sum + p[1], 0) / part.length]);
  }
  return out;
}

/** Exponential moving average with bias correction over about a fiftieth of the points. */
function smooth(points: readonly Point[]): Point[] {
  const keep = 1 - 1 / Math.max(points.length / 50, 1);
  let mean = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    if (Number.isFinite(y)) {
      mean = keep * mean + (1 - keep) * y;
      weight = keep * weight + (1 - keep);
    }
    return [x, mean / weight] as const;
  });
}
