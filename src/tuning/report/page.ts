import { safe } from '../../evaluation/report/html.ts';
import { STYLE } from '../../evaluation/report/style.ts';
import type { SweepRecord, Trial } from '../../store/sweep.ts';
import { type fanova, type Importance, LEAST_TRIALS } from '../importance/fanova.ts';
import { objectiveOf, SweepPlan } from '../plan.ts';
import { ranked, tally } from '../ranking.ts';
import { compileSpace, type Space } from '../space.ts';
import { figure, wordOf } from './axis.ts';
import { curvesChart, type Drawn, historyChart, importanceChart, parallelChart, sliceCharts } from './charts.ts';
import { contourChart } from './contour.ts';

const OWN_STYLE = `
:root{--faint:#d5dee6}@media (prefers-color-scheme:dark){:root{--faint:#31404d}}
figure.wide svg{width:100%;min-width:560px}.whole>svg{width:100%}.shares>svg{width:100%;max-width:680px;min-width:480px}
figure.wide+figure.wide{margin-top:18px}
.hollow{fill:none;stroke:var(--muted);stroke-width:1.5}
.curve{fill:none}
.axle{stroke:var(--muted);stroke-width:1.5}.tick{stroke:var(--muted)}
.halo{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.whisker{stroke:var(--ink)}
.level{fill:none;stroke:var(--card);stroke-width:1;opacity:.8}
.spot{fill:var(--card);stroke:var(--ink);stroke-width:1}.spot.best{fill:var(--c1)}
.slices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,290px),1fr));gap:18px 24px}
.trials td,.trials th{white-space:nowrap}
`;

const CONTOURS = 4;

/** A sweep's page, one file without scripts: what was found, what mattered, how the search went. */
export function sweepPage(
  sweep: SweepRecord,
  trials: readonly Trial[],
  importances: ReturnType<typeof fanova>,
): string {
  const plan = SweepPlan.parse(sweep.config);
  const { metric, direction } = objectiveOf(plan);
  const space = compileSpace(plan.space);
  const best = ranked(trials, direction);
  const ranks = new Map(best.map(({ number }, i) => [number, best.length < 2 ? 0 : i / (best.length - 1)]));
  const drawn: Drawn = { space, trials, metric, direction, ranks };
  const sections = [
    section(
      'The best',
      best[0] === undefined ? absent('No trial has finished yet.') : bestSettings(best[0], metric, plan),
    ),
    ...(best.length === 0 ? [] : [section('How the search went', historyChart(drawn) + curvesChart(drawn))]),
    section('What mattered', importanceSection(importances, trials)),
    ...(best.length < 2
      ? []
      : [
          section(
            'Settings together',
            `<p class="muted">One line a trial; the stronger the better. A line below an axis: the setting was not there.</p><div class="scroll whole" tabindex="0">${parallelChart(drawn)}</div>`,
          ),
          section('Pairs', contours(drawn, space, importances)),
          section('Each setting by itself', `<div class="slices">${sliceCharts(drawn)}</div>`),
        ]),
    section('All trials', trialTable(trials, space, metric, direction)),
  ];
  const title = `${sweep.name}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler sweep</title><style>${STYLE}${OWN_STYLE}</style></head><body><main>
<p class="kicker">Osler sweep</p><h1>${safe(title)}</h1>
<p class="muted">${safe(plan.recipe.model.name)} on ${safe(`${plan.dataset.name}@${plan.dataset.version}`)} · ${safe(plan.method.kind)}${plan.pruning.kind === 'none' ? '' : ` with ${safe(plan.pruning.kind)} pruning`} · sweep ${sweep.id.slice(0, 12)} · begun ${sweep.createdAt.slice(0, 16).replace('T', ' ')} UTC</p>
<div class="stats">${stats(sweep, trials, best[0], metric)}</div>
${sections.join('\n')}
<footer>The figures are those of the validation split: it chose, so it flatters. What the chosen settings are worth is measured on the test split once.</footer>
</main></body></html>
`;
}

const section = (title: string, body: string): string => `<section><h2>${safe(title)}</h2>${body}</section>`;
const absent = (text: string): string => `<p class="absent">${safe(text)}</p>`;

function stats(sweep: SweepRecord, trials: readonly Trial[], best: Trial | undefined, metric: string): string {
  const counts = tally(trials);
  const stat = (name: string, value: string, small = '') =>
    `<div class="stat"><span>${safe(name)}</span><b>${safe(value)}</b>${small === '' ? '' : `<small>${safe(small)}</small>`}</div>`;
  const epochs = trials.reduce((sum, trial) => sum + trial.epochs.length, 0);
  return [
    stat(`best val ${metric}`, best?.value?.toFixed(4) ?? 'none', best === undefined ? '' : `trial ${best.number}`),
    stat('trials', `${trials.length} of ${sweep.trials}`, `${counts.finished ?? 0} finished`),
    stat('ended early', String(counts.pruned ?? 0), `${epochs} epochs trained in all`),
    stat(
      'failed',
      String(counts.failed ?? 0),
      `${counts.diverged ?? 0} diverged, ${trials.reduce((sum, t) => sum + t.failures, 0)} failures in all`,
    ),
  ].join('');
}

function bestSettings({ params, value, runs, number }: Trial, metric: string, { recipe }: SweepPlan): string {
  const rows = Object.entries(params ?? {}).map(
    ([name, v]) => `<dt>${safe(name)}</dt><dd>${safe(typeof v === 'number' ? figure(v) : wordOf(v))}</dd>`,
  );
  return `<p>Trial ${number}: val ${safe(metric)} ${value!.toFixed(4)}, best of up to ${recipe.training.epochs} epochs, run <code>${safe(runs.at(-1) ?? '')}</code>.</p><dl>${rows.join('')}</dl>`;
}

function importanceSection(importances: ReturnType<typeof fanova>, trials: readonly Trial[]): string {
  if (importances === null) {
    const done = trials.filter(({ state }) => state === 'finished').length;
    return absent(
      done < LEAST_TRIALS
        ? `Importance needs ${LEAST_TRIALS} finished trials; there are ${done}.`
        : 'All trials came to the same: nothing mattered.',
    );
  }
  const strong = importances.pairs.filter(({ share }) => share > 0.01).slice(0, 4);
  return `<p class="muted">Share of the variance of the objective over the whole space that a setting explains by itself, and a pair beyond that (functional ANOVA of a random forest; whiskers: standard deviation over its trees). Few trials, or trials that a search drew near its best, make it rough.</p><div class="scroll shares" tabindex="0">${importanceChart([...importances.single, ...strong])}</div>`;
}

/** Of the pairs that explain most, or of the two settings that do. */
function contours(drawn: Drawn, space: Space, importances: ReturnType<typeof fanova>): string {
  const byName = new Map(space.map((p) => [p.name, p]));
  const order = importances?.single.map(({ names }) => names[0]!) ?? space.map(({ name }) => name);
  const weight = (p: Importance) =>
    p.share + p.names.reduce((sum, n) => sum + (importances!.single.find((s) => s.names[0] === n)?.share ?? 0), 0);
  const pairs =
    importances?.pairs.toSorted((a, b) => weight(b) - weight(a)).map(({ names }) => names) ??
    order.slice(1, 3).map((name) => [order[0]!, name]);
  const charts = pairs
    .slice(0, CONTOURS)
    .map(([a, b]) => contourChart(drawn, byName.get(a!)!, byName.get(b!)!))
    .filter((one) => one !== null);
  if (charts.length === 0) return absent('Pairs are drawn where six trials or more have both settings.');
  return `<div class="columns">${charts.join('')}</div>`;
}

function trialTable(trials: readonly Trial[], space: Space, metric: string, direction: 'min' | 'max'): string {
  const order = [
    ...ranked(trials, direction),
    ...trials.filter(({ state, value }) => state !== 'finished' || value === null),
  ];
  const head = ['trial', metric, ...space.map(({ name }) => name.split('.').at(-1)!), 'epochs', 'state', 'run'];
  const rows = order.map(({ number, value, params, epochs, state, failures, error, runs }) => {
    const cells = [
      value?.toFixed(4) ?? '',
      ...space.map(({ name }) => {
        const v = params?.[name];
        return v === undefined ? '' : typeof v === 'number' ? figure(v) : wordOf(v);
      }),
      String(epochs.length),
      failures > 0 ? `${state}, failed ${failures}×` : state,
      runs.at(-1)?.slice(0, 12) ?? '',
    ];
    const why = error === null ? '' : ` title="${safe(error)}"`;
    return `<tr${why}><th>${number}</th>${cells.map((cell) => `<td>${safe(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table class="trials"><thead><tr>${head.map((name) => `<th>${safe(name)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
