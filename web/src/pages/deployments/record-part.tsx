import { Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Line, LineChart } from '../../charts/index.ts';
import { Copyable } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { isAbsent } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { apart, count, moment } from '../../say.ts';
import { type Deployment, recent, type Traffic, traffic } from './queries.ts';
import { placeOf } from './share-bar.tsx';
import { milliseconds, percent } from './words.ts';

const route = getRouteApi('/deployments/$name');
const LABELS: Record<string, string> = { 1: 'hour', 6: '6 hours', 24: 'day', 168: 'week', 720: '30 days' };

/** How much each variant answered, how long it took and how often it failed, over time. */
export function RecordPart({ deployment }: { deployment: Deployment }) {
  const { hours = '1' } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery({ ...traffic(deployment.name, Number(hours)), placeholderData: keepPreviousData });
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Stretch of time"
          data={Object.entries(LABELS).map(([value, label]) => ({ value, label }))}
          value={hours}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, hours: value as '1' }), replace: true })
          }
        />
        {found.data !== undefined && (
          <Text size="sm" c="dimmed">
            {moment(new Date(found.data.from))} to {moment(new Date(found.data.to))}
          </Text>
        )}
      </Group>
      {isAbsent(found) && <FaultPanel error={found.error} />}
      {found.data !== undefined && <Charts traffic={found.data} deployment={deployment} />}
      <Recent name={deployment.name} />
    </Stack>
  );
}

type Variant = Traffic['variants'][number];

function Charts({ traffic: { from, step, variants }, deployment }: { traffic: Traffic; deployment: Deployment }) {
  const charts = useMemo(() => {
    const start = Date.parse(from);
    // In another role it is another line: a version that climbed as a canary and is live now.
    const names = [
      ...deployment.members.map(({ name, role }) => ({ name: `${name} ${role}` })),
      ...variants.map(({ variant, role }) => ({ name: `${variant} ${role}` })),
    ].filter(({ name }, i, all) => all.findIndex((one) => one.name === name) === i);
    const lineOf = (variant: Variant): Pick<Line, 'id' | 'name' | 'x' | 'place'> => ({
      id: `${variant.variant} ${variant.role}`,
      name: variant.role === 'live' ? variant.variant : `${variant.variant} (${variant.role})`,
      x: variant.stretches.map((_, i) => start + (i + 0.5) * step),
      place: placeOf(names, `${variant.variant} ${variant.role}`),
    });
    return {
      answers: variants.map((one) => ({
        ...lineOf(one),
        y: one.stretches.map(({ answers }) => (answers / step) * 60_000),
      })),
      latency: variants.map((one) => ({
        ...lineOf(one),
        y: one.stretches.map(({ latency }) => latency?.p50 ?? null),
        low: one.stretches.map(({ latency }) => latency?.p50 ?? null),
        high: one.stretches.map(({ latency }) => latency?.p95 ?? null),
        dots: true,
      })),
      share: { label: 'per cent of answers', min: 0, max: top(variants) },
      failures: variants.map((one) => ({
        ...lineOf(one),
        y: one.stretches.map(({ failing }) => (failing === null ? null : failing.value * 100)),
        low: one.stretches.map(({ failing }) => (failing === null ? null : failing.low * 100)),
        high: one.stretches.map(({ failing }) => (failing === null ? null : failing.high * 100)),
        dots: true,
      })),
    };
  }, [from, step, variants, deployment.members]);
  const x = useMemo(() => ({ label: 'time', moments: true }), []);
  const nothing = 'Nothing was answered in this stretch of time.';
  if (variants.length === 0) {
    return (
      <EmptyState title="Nothing was answered in this stretch of time">
        Answers show here as they are given. Try one on the page "Try it", or choose a longer stretch.
      </EmptyState>
    );
  }
  const each =
    step < 3_600_000
      ? `${step / 60_000} min`
      : step < 86_400_000
        ? `${step / 3_600_000} h`
        : `${step / 86_400_000} days`;
  return (
    <>
      <Title order={2} size="h3" mb={-8}>
        Over time
      </Title>
      <Totals variants={variants} />
      <SimpleGrid cols={{ base: 1, lg: 2, xl: 3 }}>
        <LineChart
          title="Answers"
          x={x}
          y={PER_MINUTE}
          lines={charts.answers}
          note={`Each point ${each}.`}
          empty={nothing}
        />
        <LineChart
          title="Latency"
          x={x}
          y={LATENCY}
          lines={charts.latency}
          band="median to 95th percentile"
          note={`From admission to answer, within 5%. Each point ${each}.`}
          empty={nothing}
        />
        <LineChart
          title="Failures"
          x={x}
          y={charts.share}
          lines={charts.failures}
          band="95% interval (Wilson); of few answers it may go on above"
          note={`By the engine's fault; an image that can't be read is none. Each point ${each}.`}
          empty={nothing}
        />
      </SimpleGrid>
    </>
  );
}

/** Where most intervals end: one stretch of three answers would press all else to the ground. */
function top(variants: readonly Variant[]): number {
  const ends = variants.flatMap(({ stretches }) =>
    stretches.flatMap(({ failing }) => (failing === null ? [] : [failing.high * 100])),
  );
  const values = variants.flatMap(({ stretches }) => stretches.map(({ failing }) => (failing?.value ?? 0) * 100));
  const most = ends.sort((a, b) => a - b)[Math.floor(ends.length * 0.9)] ?? 1;
  return Math.min(100, Math.ceil(Math.max(1, most, ...values)));
}

const PER_MINUTE = { label: 'answers per minute', min: 0 };
const LATENCY = { label: 'milliseconds', min: 0 };

function Totals({ variants }: { variants: readonly Variant[] }) {
  return (
    <WideTable label="Answers by variant" width={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Variant</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th ta="right">Answers</Table.Th>
          <Table.Th ta="right">Failed</Table.Th>
          <Table.Th ta="right">Median</Table.Th>
          <Table.Th ta="right">95% within</Table.Th>
          <Table.Th ta="right">99% within</Table.Th>
          <Table.Th>Other outcomes</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {variants.map(({ variant, role, total: { answers, failures, failing, latency, outcomes } }) => (
          <Table.Tr key={`${variant} ${role}`}>
            <Table.Td fw={600}>{variant}</Table.Td>
            <Table.Td>{role}</Table.Td>
            <Table.Td ta="right">{count(answers)}</Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {count(failures)}
              {failing !== null && (
                <Text span size="sm" c="dimmed" title="95% interval">
                  {' '}
                  {percent(failing.value, 2)} ({percent(failing.low, 2)} to {percent(failing.high, 2)})
                </Text>
              )}
            </Table.Td>
            {([latency?.p50, latency?.p95, latency?.p99] as const).map((value, i) => (
              <Table.Td key={i} ta="right">
                {value === undefined ? '' : milliseconds(value)}
              </Table.Td>
            ))}
            <Table.Td>
              <Text size="xs" c="dimmed">
                {Object.entries(outcomes)
                  .filter(([outcome]) => outcome !== 'ok')
                  .map(([outcome, n]) => `${outcome} ${count(n)}`)
                  .join(', ')}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Recent({ name }: { name: string }) {
  const found = useQuery(recent(name));
  const rows = found.data?.predictions ?? [];
  if (rows.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h3" mb={4}>
        Last answers
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        No image is kept, and no key: the log holds the image's sha256, so that the same file can be answered again and
        compared.
      </Text>
      <WideTable label="Last answers" width={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Variant</Table.Th>
            <Table.Th>Answer</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th ta="right">Took</Table.Th>
            <Table.Th>Request</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((one) => (
            <Table.Tr key={`${one.id} ${one.variant}`}>
              <Table.Td>
                <When at={one.at} />
              </Table.Td>
              <Table.Td>
                <Go to="/models/$name/$version" params={{ name: one.model, version: String(one.version) }} size="sm">
                  {one.variant}
                </Go>
                {one.role !== 'live' && (
                  <Text span size="xs" c="dimmed">
                    {' '}
                    {one.role}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{one.label ?? one.outcome}</Table.Td>
              <Table.Td>{one.positive === null ? '' : verdictWords(one.positive)}</Table.Td>
              <Table.Td ta="right">{milliseconds(one.milliseconds)}</Table.Td>
              <Table.Td>
                <Copyable text={one.id} shown={one.id.slice(0, 8)} what="the request's id" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </section>
  );
}

function verdictWords({
  verdict,
  probability,
  threshold,
}: {
  verdict: boolean;
  probability: number;
  threshold: number;
}) {
  const [p, t] = apart(probability, threshold);
  return verdict ? `positive: ${p}, at or above ${t}` : `negative: ${p}, below ${t}`;
}
