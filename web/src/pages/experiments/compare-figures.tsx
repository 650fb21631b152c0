import { Select, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { BarChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { metricWords } from '../../metric-words.ts';
import { figures } from '../../say.ts';
import { type ComparedRun, useFigures } from './compare-data.ts';
import { CompareTests } from './compare-tests.tsx';
import { evaluationsQuery } from './queries.ts';
import { SideBySide } from './side-by-side.tsx';
import { boundsOf, higherIsBetter } from './words.ts';

/** Latest values of all metrics, and what was measured on a split with its intervals. */
export function CompareFigures({ runs, ids }: { runs: readonly ComparedRun[]; ids: readonly string[] }) {
  const read = useFigures(ids);
  const { data } = read;
  const [machine, setMachine] = useState(false);
  const rows = useMemo(() => {
    const keys = new Set(data?.map(({ key }) => key));
    return (
      (data ?? [])
        .filter(({ key }) => machine || !key.startsWith('system/'))
        // The ends of an interval stand with what was measured, above.
        .filter(({ key }) => !/\.(low|high)$/.test(key) || !keys.has(key.replace(/\.\w+$/, '')))
        .map(({ key, values, same }) => {
          const best = same ? null : bestOf(key, values);
          return {
            key,
            head: metricWords(key),
            cells: values.map((value) => ({
              text: value === null ? '' : figures(value, 4),
              best: value !== null && value === best,
            })),
          };
        })
    );
  }, [data, machine]);
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  return (
    <Stack gap="lg">
      <Measured runs={runs.slice(0, MOST)} />
      <Stack gap="sm">
        <Switch label="The machine's figures, too" checked={machine} onChange={() => setMachine(!machine)} />
        {data === undefined ? (
          <Skeleton height={200} />
        ) : rows.length === 0 ? (
          <Text c="dimmed">Nothing has been logged yet.</Text>
        ) : (
          <SideBySide label="Metric, latest value" runs={runs} rows={rows} numbers />
        )}
      </Stack>
    </Stack>
  );
}

function bestOf(key: string, values: readonly (number | null)[]): number | null {
  const up = higherIsBetter(key);
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (up === null || known.length < 2) return null;
  return up ? Math.max(...known) : Math.min(...known);
}

/** Of a data set; a folder of images that was measured is none, and of one name there are several. */
const SPLITS = ['test', 'val', 'train'] as const;
export type Split = (typeof SPLITS)[number];

/** Runs whose evaluations are looked up. */
const MOST = 20;

/** What evaluations say: with intervals, as a latest value has none. */
function Measured({ runs }: { runs: readonly ComparedRun[] }) {
  const all = useQueries({ queries: runs.map(({ id }) => evaluationsQuery(id)) });
  const [folder, setFolder] = useState('test');
  const [metric, setMetric] = useState('auroc');
  const folders = [...new Set(all.flatMap(({ data }) => data?.evaluations.map((one) => one.folder) ?? []))];
  if (folders.length === 0)
    return (
      <Text size="sm" c="dimmed">
        None of these runs has been measured on a split: on a run's page, under Evaluation. Of two that were, it is said
        here whether they differ by more than chance.
      </Text>
    );
  const shown = folders.includes(folder) ? folder : folders[0]!;
  const evaluations = all.map(({ data }) => data?.evaluations.find((one) => one.folder === shown));
  const found = evaluations.map((one) => one?.metrics ?? []);
  const known = new Map(
    found.flat().flatMap(({ name, label, value }) => (value === null ? [] : [[name, label] as const])),
  );
  const name = known.has(metric) ? metric : ([...known.keys()][0] ?? metric);
  const label = known.get(name) ?? name;
  const estimates = found.map((metrics) => metrics.find((one) => one.name === name));
  const measured = runs.flatMap(({ id }, i) => {
    const sha256 = evaluations[i]?.sha256;
    return sha256 === undefined ? [] : [{ id, sha256 }];
  });
  const split = SPLITS.find((one) => one === shown);
  return (
    <Stack gap="lg">
      <div className="chart-card">
        <BarChart
          title={`${label}, measured on ${shown}`}
          note="Intervals that overlap may still differ: on the same images each run is held against the other, below."
          names={runs.map((run) => run.name)}
          lying
          interval="95% interval"
          value={{ label, max: boundsOf(name)?.[1] }}
          series={[
            {
              id: 'measured',
              name: label,
              place: 0,
              values: estimates.map((one) => one?.value ?? null),
              low: estimates.map((one) => one?.low ?? null),
              high: estimates.map((one) => one?.high ?? null),
            },
          ]}
          tools={
            <>
              <Select
                size="xs"
                w={{ base: 170, sm: 240 }}
                aria-label="Figure"
                data={[...known].map(([value, words]) => ({ value, label: words }))}
                value={name}
                onChange={(next) => next !== null && setMetric(next)}
                allowDeselect={false}
              />
              <Select
                size="xs"
                w={{ base: 90, sm: 130 }}
                aria-label="Split"
                data={folders}
                value={shown}
                onChange={(next) => next !== null && setFolder(next)}
                allowDeselect={false}
              />
            </>
          }
        />
      </div>
      {runs.length > 1 && split !== undefined && <CompareTests runs={runs} measured={measured} split={split} />}
    </Stack>
  );
}
