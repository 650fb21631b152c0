import { Anchor, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { BarChart, LineChart } from '../../charts/index.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Interval } from '../../components/interval.tsx';
import { isAbsent } from '../../components/reading.ts';
import { count, figures } from '../../say.ts';
import { Confusion } from './confusion.tsx';
import { type Evaluation, evaluationsQuery, type RunDetail } from './queries.ts';
import { RunMeasure } from './run-measure.tsx';

interface Props {
  run: RunDetail;
  split: string | undefined;
  onSplit: (split: string | undefined) => void;
}

/** Classes whose confusion matrix fits beside the figures. */
const BESIDE = 5;

/** What the run was measured to be: metrics with intervals, the confusion matrix, curves. */
export function RunEvaluation({ run, split, onSplit }: Props) {
  const read = useQuery(evaluationsQuery(run.id));
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  const { data } = read;
  if (data === undefined) return <Skeleton height={320} />;
  const { evaluations } = data;
  const shown =
    evaluations.find((one) => one.folder === split) ??
    evaluations.find((one) => one.folder === 'test') ??
    evaluations[0];
  if (shown === undefined)
    return (
      <Stack gap="lg">
        <RunMeasure key={run.id} run={run} measured={[]} />
        <EmptyState title="Not evaluated yet">
          An evaluation measures the run on images that it has not seen, each figure with its 95% interval, and chooses
          the operating point.
        </EmptyState>
      </Stack>
    );
  const wide = shown.classes.length > BESIDE;
  const confusion = (
    <div className="chart-card">
      <Title order={2} size="sm" mb="xs">
        Confusion matrix
      </Title>
      <Confusion classes={shown.classes} counts={shown.confusion} />
    </div>
  );
  return (
    <Stack gap="lg">
      <RunMeasure
        key={run.id}
        run={run}
        measured={evaluations.map((one) => one.folder)}
        positive={shown.operatingPoint?.positive}
      />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {count(shown.samples)} images of {count(shown.groups)} patients or lesions. Intervals: 95%.
          {shown.operatingPoint !== null &&
            ` Positive (${shown.operatingPoint.positive.join(', ')}) from a probability of ${figures(shown.operatingPoint.threshold, 3)} on.`}
        </Text>
        <Group gap="md">
          {evaluations.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label="Split"
              data={evaluations.map((one) => one.folder)}
              value={shown.folder}
              onChange={(next) => onSplit(next === 'test' ? undefined : next)}
            />
          )}
          <Anchor
            size="sm"
            component={Link}
            to="/runs/compare"
            search={{ run: [run.id], part: 'images', show: 'wrong', split: shown.folder } as never}
          >
            Images that it got wrong
          </Anchor>
          {shown.report !== null && (
            <Anchor size="sm" href={`/v1/runs/${run.id}/artifacts/content?path=${encodeURIComponent(shown.report)}`}>
              The whole report
            </Anchor>
          )}
        </Group>
      </Group>
      {shown.decided !== null && (
        <Text size="sm" maw={820}>
          {shown.decided}
        </Text>
      )}
      {shown.notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Figures of={shown} />
        <Stack gap="md">
          {!wide && confusion}
          <PerClass of={shown} />
          <Curves of={shown} />
        </Stack>
      </SimpleGrid>
      {wide && confusion}
    </Stack>
  );
}

function Figures({ of }: { of: Evaluation }) {
  const groups = Map.groupBy(
    of.metrics.filter(({ detail }) => !detail),
    ({ group }) => group,
  );
  return (
    <div>
      {[...groups].map(([group, metrics]) => (
        <div key={group}>
          <Title order={2} size="sm" mt="sm" mb={4}>
            {group}
          </Title>
          {lacks(metrics) !== null ? (
            <Text size="sm" c="dimmed">
              {lacks(metrics)}
            </Text>
          ) : (
            <Table fz="sm" withRowBorders>
              <Table.Tbody>
                {metrics.map(({ name, label, value, low, high, reason }) => (
                  <Table.Tr key={name}>
                    <Table.Th fw={400}>{label}</Table.Th>
                    <Table.Td ta="right">
                      {value === null ? (
                        <Text size="sm" c="dimmed" title={reason ?? undefined}>
                          {reason ?? 'none'}
                        </Text>
                      ) : (
                        <Interval value={value} low={low} high={high} />
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </div>
      ))}
    </div>
  );
}

/** Why none of them has a value, where the reason is the same for all. */
function lacks(metrics: Evaluation['metrics']): string | null {
  const [first] = metrics;
  return first !== undefined && metrics.every(({ value, reason }) => value === null && reason === first.reason)
    ? first.reason
    : null;
}

const SHOWN = ['recall', 'precision'] as const;

function PerClass({ of: { classes, perClass } }: { of: Evaluation }) {
  const series = useMemo(
    () =>
      SHOWN.map((name, place) => {
        const all = classes.map((label) => perClass[label]?.[name]);
        return {
          id: name,
          name: name === 'recall' ? 'Recall (sensitivity)' : 'Precision',
          place,
          values: all.map((one) => one?.value ?? null),
          low: all.map((one) => one?.low ?? null),
          high: all.map((one) => one?.high ?? null),
        };
      }),
    [classes, perClass],
  );
  return (
    <div className="chart-card">
      <BarChart
        title="Each class"
        names={classes}
        series={series}
        lying
        interval="95% interval"
        value={{ label: 'share', max: 1 }}
        height={70 + classes.length * 46}
      />
    </div>
  );
}

/** Lines from left to right, as they are drawn. */
function lines(of: Evaluation['curves']['roc']) {
  return of.map(({ name, x, y }, place) => {
    const back = x[0]! > x.at(-1)!;
    return { id: name, name, place, x: back ? x.toReversed() : x, y: back ? y.toReversed() : y };
  });
}

function Curves({ of: { curves } }: { of: Evaluation }) {
  const roc = useMemo(() => lines(curves.roc), [curves]);
  const pr = useMemo(() => lines(curves.precisionRecall), [curves]);
  return (
    <div className="chart-grid">
      <div className="chart-card">
        <LineChart
          title="ROC curve"
          x={SPECIFICITY}
          y={SENSITIVITY}
          lines={roc}
          empty="No class has both kinds of samples."
        />
      </div>
      <div className="chart-card">
        <LineChart
          title="Precision and recall"
          x={RECALL}
          y={PRECISION}
          lines={pr}
          empty="No class has both kinds of samples."
        />
      </div>
    </div>
  );
}

const SPECIFICITY = { label: '1 − specificity', min: 0, max: 1 };
const SENSITIVITY = { label: 'sensitivity', min: 0, max: 1 };
const RECALL = { label: 'recall', min: 0, max: 1 };
const PRECISION = { label: 'precision', min: 0, max: 1 };
