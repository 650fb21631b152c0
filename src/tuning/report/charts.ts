import { safe } from '../../evaluation/report/html.ts';
import type { Trial } from '../../store/sweep.ts';
import type { Importance } from '../importance/fanova.ts';
import type { Space } from '../space.ts';
import { type Axis, figure as number, numberAxis, placeOf, settingAxis } from './axis.ts';
import { chart, figure, round, shade } from './frame.ts';

/** What all charts of a sweep are drawn from. */
export interface Drawn {
  space: Space;
  trials: readonly Trial[];
  metric: string;
  direction: 'min' | 'max';
  /** Of each trial that finished, by its number: 0 for the best, 1 for the worst. */
  ranks: ReadonlyMap<number, number>;
}

const WIDE = { width: 860, height: 250 };
const SMALL = { width: 280, height: 190 };

/** The objective of each trial in the order in which they were begun, and the best so far. */
export function historyChart({ trials, metric, direction, ranks }: Drawn): string {
  const shown = trials.filter(({ value }) => value !== null && Number.isFinite(value));
  const x = numberAxis('trial', [0, ...trials.map(({ number: n }) => n)], 0.02);
  const y = numberAxis(
    `val ${metric}`,
    shown.map(({ value }) => value!),
  );
  const body = chart(`History of val ${metric}`, WIDE, { x, y }, (sheet) => {
    let best: number | null = null;
    let line = '';
    const points = shown.map((trial) => {
      const { number: n, value, state } = trial;
      const finished = state === 'finished';
      const [px, py] = [sheet.x(x.at(n)!), sheet.y(y.at(value)!)];
      if (finished && (best === null || (direction === 'max' ? value! > best : value! < best))) {
        line += best === null ? `M${px} ${py}` : `H${px}V${py}`;
        best = value;
      }
      const look = finished ? `fill="${shade(ranks.get(n) ?? 1)}"` : 'class="hollow"';
      return `<circle cx="${px}" cy="${py}" r="4" ${look}><title>${safe(titleOf(trial, metric))}</title></circle>`;
    });
    return `<path class="curve main" d="${line}H${sheet.x(1)}" style="stroke:var(--c1)"/>${points.join('')}`;
  });
  return figure(
    `History: ${shown.some(({ state }) => state !== 'finished') ? 'hollow points were ended early; ' : ''}the line is the best so far`,
    body,
    true,
  );
}

/** The validation metric of every trial after each epoch. */
export function curvesChart({ trials, metric, ranks }: Drawn): string {
  const shown = trials.filter(({ epochs }) => epochs.length > 0);
  const longest = Math.max(1, ...shown.map(({ epochs }) => epochs.length));
  const x = numberAxis('epoch', [1, longest], 0.02);
  x.ticks = x.ticks.filter(({ text }) => /^\d+$/.test(text));
  const y = numberAxis(
    `val ${metric}`,
    shown.flatMap(({ epochs }) => epochs.filter((v) => v !== null)),
  );
  const worstFirst = shown.toSorted((a, b) => (ranks.get(b.number) ?? 2) - (ranks.get(a.number) ?? 2));
  const body = chart(`val ${metric} by epoch`, WIDE, { x, y }, (sheet) =>
    worstFirst
      .map((trial) => {
        const rank = ranks.get(trial.number);
        let pen = 'M';
        let line = '';
        let end = '';
        for (const [i, value] of trial.epochs.entries()) {
          const at = y.at(value);
          if (at === null) {
            pen = 'M';
            continue;
          }
          const place = `${sheet.x(x.at(i + 1)!)} ${sheet.y(at)}`;
          line += `${pen}${place}`;
          pen = 'L';
          end = place;
        }
        const [cx, cy] = end.split(' ');
        const stop =
          trial.state === 'pruned' && end !== '' ? `<circle class="hollow" cx="${cx}" cy="${cy}" r="3"/>` : '';
        return `<g><title>${safe(titleOf(trial, metric))}</title><path class="curve" d="${line}" style="stroke:${shade(rank ?? 1)};stroke-width:${rank === 0 ? 3 : 1.3}"/>${stop}</g>`;
      })
      .join(''),
  );
  return figure(
    'Every trial by epoch: the stronger the line the better; a ring is where a trial was ended',
    body,
    true,
  );
}

/** How much of the objective's variance each setting explains. */
export function importanceChart(importances: readonly Importance[], most = 12): string {
  const rows = importances.slice(0, most);
  const [left, bar, step] = [250, 330, 26];
  const top = Math.max(0.01, ...rows.map(({ share, sd }) => Math.min(1, share + sd)));
  const at = (share: number) => round(left + (share / top) * bar);
  const body = rows
    .map(({ names, share, sd }, i) => {
      const y = 8 + i * step;
      const [from, to] = [at(Math.max(0, share - sd)), at(Math.min(1, share + sd))];
      return (
        `<text class="axis" x="${left - 10}" y="${y + 14}" text-anchor="end">${safe(names.join(' × '))}</text>` +
        `<rect x="${left}" y="${y + 2}" width="${Math.max(1, round(at(share) - left))}" height="16" rx="3" fill="${names.length > 1 ? 'var(--c1)' : 'var(--accent)'}"/>` +
        `<path class="whisker" d="M${from} ${y + 10}H${to}"/>` +
        `<text x="${to + 8}" y="${y + 14}">${(100 * share).toFixed(1)}%</text>`
      );
    })
    .join('');
  return `<svg viewBox="0 0 ${left + bar + 70} ${rows.length * step + 14}" role="img" aria-label="Importance of the settings">${body}</svg>`;
}

/** One line a trial, across an axis for each setting to that of the objective. */
export function parallelChart({ space, trials, metric, ranks }: Drawn): string {
  const axes: Axis[] = [
    ...space.map(settingAxis),
    numberAxis(
      `val ${metric}`,
      trials.map(({ value }) => value ?? Number.NaN),
    ),
  ];
  const [gap, height, top] = [Math.max(120, Math.min(190, 880 / axes.length)), 240, 34];
  const x = (i: number) => round(70 + i * gap);
  const y = (share: number) => round(top + (1 - share) * height);
  const worstFirst = trials
    .filter(({ number: n }) => ranks.has(n))
    .toSorted((a, b) => ranks.get(b.number)! - ranks.get(a.number)!);
  const lines = worstFirst.map((trial) => {
    const rank = ranks.get(trial.number)!;
    let pen = 'M';
    const d = axes
      .map((axis, i) => {
        const at = i === axes.length - 1 ? axis.at(trial.value) : placeOf(axis, trial.params);
        // Where a condition did not hold the line passes below the axis.
        const place = `${pen}${x(i)} ${at === null ? y(-0.07) : y(at)}`;
        pen = 'L';
        return place;
      })
      .join('');
    return `<path class="curve" d="${d}" style="stroke:${shade(rank)};stroke-width:${rank === 0 ? 3 : 1.3}"><title>${safe(titleOf(trial, metric))}</title></path>`;
  });
  const columns = axes.map((axis, i) => {
    const ticks = axis.ticks.map(
      ({ at, text }) =>
        `<path class="tick" d="M${x(i) - 4} ${y(at)}h8"/><text class="halo" x="${x(i) + 7}" y="${y(at) + 4}">${safe(text)}</text>`,
    );
    const name = axis.title.split('.').at(-1)!;
    return `<path class="axle" d="M${x(i)} ${y(0)}V${y(1)}"/><text class="axis" x="${x(i)}" y="18" text-anchor="middle">${safe(name)}<title>${safe(axis.title)}</title></text>${ticks.join('')}`;
  });
  const width = x(axes.length - 1) + 90;
  return `<svg viewBox="0 0 ${width} ${top + height + 34}" style="min-width:${Math.min(width, 940)}px" role="img" aria-label="Parallel coordinates">${lines.join('')}${columns.join('')}</svg>`;
}

/** The objective over each setting by itself. */
export function sliceCharts({ space, trials, metric, ranks }: Drawn): string {
  const shown = trials.filter(({ number: n }) => ranks.has(n));
  const y = numberAxis(
    `val ${metric}`,
    shown.map(({ value }) => value!),
  );
  return space
    .map((parameter) => {
      const x = settingAxis(parameter);
      const body = chart(`val ${metric} over ${parameter.name}`, SMALL, { x, y }, (sheet) =>
        shown
          .map((trial) => {
            const at = placeOf(x, trial.params);
            if (at === null) return '';
            return `<circle cx="${sheet.x(at)}" cy="${sheet.y(y.at(trial.value)!)}" r="4" fill="${shade(ranks.get(trial.number)!)}"><title>${safe(titleOf(trial, metric))}</title></circle>`;
          })
          .join(''),
      );
      return `<figure>${body}</figure>`;
    })
    .join('');
}

export function titleOf({ number: n, state, value, params }: Trial, metric: string): string {
  const words = Object.entries(params ?? {}).map(
    ([name, v]) => `${name} ${typeof v === 'number' ? number(v) : JSON.stringify(v)}`,
  );
  return `trial ${n}, ${state}${value === null ? '' : `, ${metric} ${value.toFixed(4)}`}\n${words.join('\n')}`;
}
