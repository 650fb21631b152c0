import { MultiSelect, Skeleton, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ParallelChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { byWordsOrKey, metricOption } from '../../components/metric-option.tsx';
import { metricWords } from '../../metric-words.ts';
import { association } from './association.ts';
import { type ComparedRun, type Dimension, useDimensions } from './compare-data.ts';
import { higherIsBetter } from './words.ts';

interface Props {
  runs: readonly ComparedRun[];
  ids: readonly string[];
  /** Ids of dimensions; what seems to matter where nobody chose. */
  axes: readonly string[] | undefined;
  onAxes: (axes: string[] | undefined) => void;
}

/** Axes that are chosen by themselves. */
const FEW = 6;

export function CompareParallel({ runs, ids, axes, onAxes }: Props) {
  const { dimensions, error, again } = useDimensions(ids);
  const navigate = useNavigate();
  const chosen = useMemo(() => {
    if (dimensions === undefined) return [];
    const byId = new Map(dimensions.map((one) => [one.id, one]));
    return axes === undefined ? preset(dimensions) : axes.flatMap((id) => byId.get(id) ?? []);
  }, [dimensions, axes]);
  const drawn = useMemo(() => chosen.map(axisOf), [chosen]);
  const lines = useMemo(
    () => runs.map(({ id, name }, i) => ({ id, name, values: chosen.map(({ values }) => values[i] ?? null) })),
    [runs, chosen],
  );
  if (error !== null) return <FaultPanel error={error} onRetry={again} />;
  if (dimensions === undefined) return <Skeleton height={360} />;
  const last = chosen.at(-1);
  return (
    <Stack gap="md">
      <MultiSelect
        label="Axes, from left to right; the last one colours the lines"
        data={optionsOf(dimensions)}
        value={chosen.map(({ id }) => id)}
        onChange={(next) => onAxes(next.length === 0 ? undefined : next)}
        searchable
        filter={byWordsOrKey}
        renderOption={metricOption}
        limit={200}
        hidePickedOptions
      />
      <div className="chart-card">
        <ParallelChart
          title="Settings and what came of them"
          note={`Each line is a run${last === undefined ? '' : `, coloured by ${wordsOf(last)}`}. Draw along an axis to pick lines out; press one to open its run.`}
          axes={drawn}
          lines={lines}
          height={420}
          empty="The runs differ in nothing that can be drawn: choose two axes or more."
          onClick={(id) => void navigate({ to: '/runs/$run', params: { run: id } })}
        />
      </div>
    </Stack>
  );
}

export function optionsOf(dimensions: readonly Dimension[]) {
  const of = (kind: Dimension['kind']) =>
    dimensions.filter((one) => one.kind === kind).map((one) => ({ value: one.id, label: wordsOf(one) }));
  return [
    { group: 'Settings that differ', items: of('setting') },
    { group: 'Metrics, latest value', items: of('metric') },
  ].filter(({ items }) => items.length > 0);
}

/** What people call it. */
export function wordsOf({ kind, label }: Dimension): string {
  return kind === 'metric' ? metricWords(label) : label;
}

/** The figure that is most likely what they are for, and the settings that go with it, the closest one next to it. */
function preset(dimensions: readonly Dimension[]): Dimension[] {
  const settings = dimensions.filter(({ kind, label }) => kind === 'setting' && label !== 'name');
  const metric = resultOf(dimensions);
  if (metric === undefined) return settings.slice(0, FEW - 1);
  const close = settings.map((setting) => ({ setting, by: association(setting.values, metric.values) }));
  const chosen = close.toSorted((a, b) => b.by - a.by).slice(0, FEW - 1);
  return [...chosen.toReversed().map(({ setting }) => setting), metric];
}

export function resultOf(dimensions: readonly Dimension[]): Dimension | undefined {
  const metrics = dimensions.filter(({ kind, numeric }) => kind === 'metric' && numeric);
  const says = (test: (label: string) => boolean) => metrics.find(({ label }) => test(label));
  return (
    says((label) => label.startsWith('val.') && !label.includes('/') && higherIsBetter(label) === true) ??
    says((label) => higherIsBetter(label) === true) ??
    says((label) => /loss/i.test(label)) ??
    metrics[0]
  );
}

function axisOf(of: Dimension) {
  const { id, values, numeric, wide } = of;
  const words = numeric ? undefined : [...new Set(values.filter((value) => value !== null) as string[])].sort();
  return {
    id,
    label: wordsOf(of),
    key: of.label,
    ...(words === undefined ? {} : { words }),
    ...(wide ? { log: true } : {}),
  };
}
