import { Group, Select, Skeleton, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ScatterChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { byWordsOrKey, metricOption } from '../../components/metric-option.tsx';
import { type ComparedRun, type Dimension, useDimensions } from './compare-data.ts';
import { optionsOf, resultOf, wordsOf } from './compare-parallel.tsx';
import { boundsOf } from './words.ts';

interface Chosen {
  across?: string | undefined;
  up?: string | undefined;
  colour?: string | undefined;
}

interface Props {
  runs: readonly ComparedRun[];
  ids: readonly string[];
  chosen: Chosen;
  onChoose: (change: Chosen) => void;
}

/** Two figures of each run against one another, a third as colour. */
export function CompareScatter({ runs, ids, chosen, onChoose }: Props) {
  const { dimensions, error, again } = useDimensions(ids);
  const navigate = useNavigate();
  const numeric = useMemo(() => dimensions?.filter((one) => one.numeric) ?? [], [dimensions]);
  const { across, up, colour } = useMemo(() => {
    const find = (id: string | undefined) => numeric.find((one) => one.id === id);
    const result = resultOf(numeric);
    const first = numeric.find((one) => one.kind === 'setting') ?? numeric.find((one) => one !== result);
    return { across: find(chosen.across) ?? first, up: find(chosen.up) ?? result, colour: find(chosen.colour) };
  }, [numeric, chosen.across, chosen.up, chosen.colour]);
  const dots = useMemo(
    () =>
      across === undefined || up === undefined
        ? []
        : runs.flatMap(({ id, name, place }, i) => {
            const [x, y] = [across.values[i], up.values[i]];
            const fits = typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y);
            const value = colour?.values[i];
            return fits ? [{ id, name, x, y, place, value: typeof value === 'number' ? value : null }] : [];
          }),
    [runs, across, up, colour],
  );
  const x = useMemo(
    () => ({ label: across === undefined ? '' : wordsOf(across), key: across?.label, log: across?.wide }),
    [across],
  );
  const y = useMemo(
    () => ({ label: up === undefined ? '' : wordsOf(up), key: up?.label, bounds: boundsOf(up?.label ?? '') }),
    [up],
  );
  const scale = useMemo(() => colour && { label: wordsOf(colour), key: colour.label }, [colour]);
  if (error !== null) return <FaultPanel error={error} onRetry={again} />;
  if (dimensions === undefined) return <Skeleton height={360} />;
  const choice = (label: string, key: keyof Chosen, now: Dimension | undefined, clearable = false) => (
    <Select
      label={label}
      w={240}
      data={optionsOf(numeric)}
      value={now?.id ?? null}
      onChange={(next) => onChoose({ [key]: next ?? undefined })}
      searchable
      filter={byWordsOrKey}
      renderOption={metricOption}
      {...(clearable ? { placeholder: 'by run' } : {})}
      clearable={clearable}
      allowDeselect={clearable}
    />
  );
  const left = runs.length - dots.length;
  return (
    <Stack gap="md">
      <Group>
        {choice('Across', 'across', across)}
        {choice('Up', 'up', up)}
        {choice('Colour', 'colour', colour, true)}
      </Group>
      <div className="chart-card">
        <ScatterChart
          title={
            across === undefined || up === undefined
              ? 'Two figures of each run'
              : `${wordsOf(up)} by ${wordsOf(across)}`
          }
          note={left > 0 ? `${left} of ${runs.length} runs lack one of the two.` : undefined}
          x={x}
          y={y}
          dots={dots}
          colour={scale}
          height={420}
          empty="The runs differ in no two figures."
          onClick={(id) => void navigate({ to: '/runs/$run', params: { run: id } })}
        />
      </div>
    </Stack>
  );
}
