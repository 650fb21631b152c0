import { Group, SegmentedControl, Slider, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LineChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { measureWords, metricWords, saysMetric } from '../../metric-words.ts';
import { count, duration, figures } from '../../say.ts';
import { inOrder } from './chart-order.ts';
import { type DrawnRun, lineOf, stepsWithin } from './curves.ts';
import { type Curve, curvesQuery } from './queries.ts';
import { boundsOf, unitOf, X_AXES, X_WORDS, type XAxis } from './words.ts';

/** What stands in the address of how curves are drawn. */
export interface DrawnHow {
  x?: XAxis | undefined;
  smooth?: number | undefined;
  log?: true | undefined;
  metric?: string | undefined;
}

interface Props {
  runs: readonly DrawnRun[];
  /** Some of them train. */
  live: boolean;
  how: DrawnHow;
  onHow: (change: DrawnHow) => void;
  /** Which metrics: a run's own and the machine's stand apart. */
  shows: (key: string) => boolean;
  empty: string;
}

const POINTS = 300;
/** Charts that are drawn before the rest is asked for. */
const MOST_CHARTS = 24;

/** Every metric of some runs, one chart each: over steps, time or epochs, smoothed, logarithmic; a stretch drawn over with the mouse is asked for anew. */
export function CurvesPanel({ runs, live, how, onHow, shows, empty }: Props) {
  const ids = useMemo(() => runs.map(({ id }) => id), [runs]);
  const read = useQuery(curvesQuery({ runs: ids, points: POINTS }, live));
  const { data } = read;
  const [more, setMore] = useState(false);
  const charts = useMemo(() => {
    const wanted = (data?.curves ?? []).filter(
      ({ key }) => shows(key) && (how.metric === undefined || saysMetric(key, how.metric)),
    );
    return inOrder([...Map.groupBy(wanted, ({ key }) => key)], live);
  }, [data, shows, how.metric, live]);
  if (isAbsent(read))
    return <FaultPanel error={read.error} title="The curves could not be read." onRetry={() => void read.refetch()} />;
  const shown = more ? charts : charts.slice(0, MOST_CHARTS);
  return (
    <>
      <Controls how={how} onHow={onHow} />
      {data !== undefined && charts.length === 0 && (
        <Text c="dimmed" py="xl">
          {how.metric === undefined ? empty : `No metric is called like "${how.metric}".`}
        </Text>
      )}
      <div className="chart-grid">
        {shown.map(([key, curves]) => (
          <div key={key} className="chart-card">
            <CurveChart metric={key} curves={curves} runs={runs} live={live} how={how} />
          </div>
        ))}
      </div>
      {charts.length > shown.length && (
        <Group justify="center" mt="md">
          <Switch
            label={`${charts.length - shown.length} further metrics`}
            checked={more}
            onChange={() => setMore(true)}
          />
        </Group>
      )}
    </>
  );
}

function Controls({ how, onHow }: { how: DrawnHow; onHow: (change: DrawnHow) => void }) {
  const [weight, setWeight] = useState(how.smooth ?? 0);
  return (
    <Group gap="lg" mb="md" align="flex-end">
      <div>
        <Text size="sm" fw={500} mb={4} id="x-axis">
          Over
        </Text>
        <SegmentedControl
          size="xs"
          aria-labelledby="x-axis"
          value={how.x ?? 'step'}
          onChange={(x) => onHow({ x: x === 'step' ? undefined : (x as XAxis) })}
          data={X_AXES.map((value) => ({
            value,
            label: value === 'step' ? 'Steps' : value === 'time' ? 'Time' : 'Epochs',
          }))}
        />
      </div>
      <div style={{ width: 200 }}>
        <Text size="sm" fw={500} mb={8} id="smoothing">
          Smoothing {weight === 0 ? 'off' : weight}
        </Text>
        <Slider
          size="sm"
          aria-labelledby="smoothing"
          thumbLabel="Smoothing"
          min={0}
          max={0.99}
          step={0.01}
          label={null}
          value={weight}
          onChange={setWeight}
          onChangeEnd={(next) => onHow({ smooth: next === 0 ? undefined : next })}
        />
      </div>
      <Switch
        label="Logarithmic"
        checked={how.log === true}
        onChange={(event) => onHow({ log: event.currentTarget.checked ? true : undefined })}
        mb={4}
      />
      <TextInput
        aria-label="Find metrics"
        placeholder="Find metrics"
        size="xs"
        w={190}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={how.metric ?? ''}
        onChange={(event) =>
          onHow({ metric: event.currentTarget.value === '' ? undefined : event.currentTarget.value })
        }
      />
    </Group>
  );
}

/** Stretches have their step in the middle, which may be a half. */
const whole = (step: number): string => count(Math.round(step));

interface ChartProps {
  metric: string;
  curves: readonly Curve[];
  runs: readonly DrawnRun[];
  live: boolean;
  how: DrawnHow;
  height?: number;
}

export function CurveChart({ metric, curves, runs, live, how, height }: ChartProps) {
  const axis = how.x ?? 'step';
  const [stretch, setStretch] = useState<{ from: number; to: number } | null>(null);
  const close = useQuery({
    ...curvesQuery(
      { runs: runs.map(({ id }) => id), keys: [metric], points: POINTS, ...(stretch ?? {}) },
      live && stretch !== null,
    ),
    enabled: stretch !== null,
  });
  const drawn = stretch !== null && close.data !== undefined ? close.data.curves : curves;
  const byId = useMemo(() => new Map(runs.map((run) => [run.id, run])), [runs]);
  const lines = useMemo(
    () =>
      drawn.flatMap((curve) => {
        const run = byId.get(curve.run);
        return run === undefined ? [] : [lineOf(curve, run, axis)];
      }),
    [drawn, byId, axis],
  );
  const unit = unitOf(metric);
  const x = useMemo(
    () => ({
      label: X_WORDS[axis],
      whole: axis === 'step',
      format: axis === 'time' ? duration : axis === 'epoch' ? (at: number) => figures(at, 1) : whole,
    }),
    [axis],
  );
  const y = useMemo(
    () => ({
      label: unit === undefined ? measureWords(metric) : `${measureWords(metric)} (${unit})`,
      key: metric,
      log: how.log === true,
      bounds: boundsOf(metric),
    }),
    [metric, unit, how.log],
  );
  return (
    <LineChart
      title={metricWords(metric)}
      x={x}
      y={y}
      lines={lines}
      band="lowest to highest of the values behind each point"
      smoothing={how.smooth ?? 0}
      height={height ?? 230}
      legend={false}
      zoomed={stretch !== null}
      onZoom={(chosen) =>
        setStretch(
          chosen === null
            ? null
            : stepsWithin(
                drawn.map(({ step }, i) => ({ step, x: lines[i]?.x ?? [] })),
                chosen,
              ),
        )
      }
    />
  );
}
