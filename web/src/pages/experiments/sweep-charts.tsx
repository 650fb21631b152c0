import { Select, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { BarChart, LineChart, ParallelChart, ScatterChart } from '../../charts/index.ts';
import { metricWords } from '../../metric-words.ts';
import type { Sweep } from './queries.ts';
import { best, historyOf, settingValue } from './sweep-values.ts';

interface Chosen {
  setting?: string | undefined;
  other?: string | undefined;
}

interface Props {
  sweep: Sweep;
  chosen: Chosen;
  onChoose: (change: Chosen) => void;
}

/** How the search went, what mattered, and where the good settings lie. */
export function SweepCharts({ sweep, chosen, onChoose }: Props) {
  const navigate = useNavigate();
  const { trials, space, importance, direction } = sweep;
  const metric = metricWords(`val.${sweep.metric}`);
  const valued = useMemo(() => trials.filter(({ value, params }) => value !== null && params !== null), [trials]);
  const history = useMemo(() => historyOf(trials, direction), [trials, direction]);
  const order = importance?.single.map(({ names }) => names[0]!) ?? space.map(({ name }) => name);
  const setting = space.find(({ name }) => name === chosen.setting) ?? space.find(({ name }) => name === order[0]);
  const other = space.find(({ name }) => name === chosen.other);
  const scale = useMemo(() => other && { label: other.name }, [other]);
  const openTrial = (number: string) => {
    const run = trials.find((trial) => String(trial.number) === number)?.run;
    if (run !== null && run !== undefined) void navigate({ to: '/runs/$run', params: { run } });
  };

  const axes = useMemo(
    () => [
      ...space.map(({ name, kind, log, values }) => ({
        id: name,
        label: name,
        ...(kind === 'choice' ? { words: values } : {}),
        ...(log ? { log } : {}),
      })),
      { id: 'value', label: metric },
    ],
    [space, metric],
  );
  const lines = useMemo(
    () =>
      valued.map((trial) => ({
        id: String(trial.number),
        name: `Trial ${trial.number}`,
        values: [...space.map(({ name, kind }) => settingValue(trial.params, name, kind)), trial.value],
      })),
    [valued, space],
  );
  const curves = useMemo(() => {
    const winner = best(valued, direction)?.number;
    return trials
      .filter(({ epochs }) => epochs.length > 0)
      .map((trial) => ({
        id: String(trial.number),
        name: `Trial ${trial.number}${trial.state === 'pruned' ? ', ended early' : ''}`,
        place: trial.number === winner ? 1 : 0,
        ghost: trial.number !== winner,
        x: trial.epochs.map((_, i) => i + 1),
        y: trial.epochs,
      }));
  }, [trials, valued, direction]);
  const dots = useMemo(() => {
    if (setting === undefined) return [];
    return valued.flatMap((trial) => {
      const x = settingValue(trial.params, setting.name, setting.kind);
      const place = setting.kind === 'choice' ? setting.values.indexOf(String(x)) : x;
      const second = other === undefined ? null : settingValue(trial.params, other.name, other.kind);
      if (typeof place !== 'number') return [];
      const value =
        typeof second === 'number' ? second : second === null ? null : (other?.values.indexOf(second) ?? null);
      return [{ id: String(trial.number), name: `Trial ${trial.number}`, x: place, y: trial.value!, place: 0, value }];
    });
  }, [valued, setting, other]);
  const names = space.map(({ name }) => name);
  return (
    <div className="chart-grid" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 560px), 1fr))' }}>
      <div className="chart-card">
        <LineChart
          title="How the search went"
          note="Each trial's figure, and the best so far."
          x={TRIAL}
          y={useMemo(() => ({ label: metric }), [metric])}
          lines={history}
          empty="No trial has finished an epoch yet."
        />
      </div>
      <div className="chart-card">
        <BarChart
          title="What mattered"
          note="Share of the figure's variance over the whole space that a setting explains by itself, and a pair beyond that: functional ANOVA of a random forest. Few trials make it rough."
          names={useMemo(() => strongest(importance).map(({ names: of }) => of.join(' × ')), [importance])}
          series={useMemo(() => {
            const shown = strongest(importance);
            return [
              {
                id: 'share',
                name: 'share of the variance',
                place: 0,
                values: shown.map(({ share }) => share),
                low: shown.map(({ share, sd }) => Math.max(0, share - sd)),
                high: shown.map(({ share, sd }) => Math.min(1, share + sd)),
              },
            ];
          }, [importance])}
          lying
          interval="standard deviation over the trees"
          value={SHARE}
          empty="It needs ten finished trials that differ."
        />
      </div>
      <div className="chart-card">
        <LineChart
          title="Trials by epoch"
          note="The best trial stands out."
          x={EPOCH}
          y={useMemo(() => ({ label: metric }), [metric])}
          lines={curves}
          legend={false}
          empty="No epoch is done yet."
        />
      </div>
      <div className="chart-card">
        <ScatterChart
          title={`${metric} by ${setting?.name ?? 'setting'}`}
          note={
            setting?.kind === 'choice'
              ? `${setting.values.map((value, i) => `${i}: ${value}`).join(', ')}. Press a trial to open its run.`
              : 'Press a trial to open its run.'
          }
          x={useMemo(() => ({ label: setting?.name ?? '', log: setting?.log === true }), [setting])}
          y={useMemo(() => ({ label: metric }), [metric])}
          dots={dots}
          colour={scale}
          height={260}
          empty="No trial has a figure yet."
          onClick={openTrial}
          tools={
            <Stack gap={4}>
              <Select
                size="xs"
                w={170}
                aria-label="Setting"
                data={names}
                value={setting?.name ?? null}
                onChange={(next) => onChoose({ setting: next ?? undefined })}
                allowDeselect={false}
              />
              <Select
                size="xs"
                w={170}
                aria-label="Coloured by"
                placeholder="coloured by"
                clearable
                data={names.filter((name) => name !== setting?.name)}
                value={other?.name ?? null}
                onChange={(next) => onChoose({ other: next ?? undefined })}
              />
            </Stack>
          }
        />
      </div>
      <div className="chart-card" style={{ gridColumn: '1 / -1' }}>
        <ParallelChart
          title="Settings and what came of them"
          note={`Each line is a trial, coloured by ${metric}. Draw along an axis to pick lines out; press one to open its run.`}
          axes={axes}
          lines={lines}
          empty="No trial has a figure yet."
          onClick={openTrial}
        />
      </div>
    </div>
  );
}

const TRIAL = { label: 'trial', whole: true };
const EPOCH = { label: 'epoch', whole: true };
const SHARE = { label: 'share of the variance', format: (share: number) => `${Math.round(share * 100)}%` };

function strongest(importance: Sweep['importance']) {
  if (importance === null) return [];
  return [...importance.single, ...importance.pairs.filter(({ share }) => share > 0.01).slice(0, 4)].slice(0, 14);
}
