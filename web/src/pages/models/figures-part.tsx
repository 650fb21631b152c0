import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { METRIC_GROUPS } from '../../../../src/evaluation/metrics/words.ts';
import { Forest } from '../../components/forest.tsx';
import { Interval } from '../../components/interval.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { metricName } from '../../metric-words.ts';
import type { Version } from './queries.ts';

/** Shown at once; the rest unfolds. */
const FIRST: ReadonlySet<string> = new Set([
  ...['auroc', 'macroAuroc', 'averagePrecision', 'macroAveragePrecision'],
  ...['sensitivity', 'specificity', 'ppv', 'npv'],
  ...['accuracy', 'balancedAccuracy', 'macroF1', 'kappa', 'mcc'],
  ...['brier', 'logLoss', 'ece'],
]);

type Metrics = NonNullable<Version['record']['bundle']>['metrics'];

/** What was measured on the test split, each with its interval. */
export function FiguresPart({ version }: { version: Version }) {
  const { bundle, lineage } = version.record;
  if (bundle === null) {
    return <Alert color="gray">Another program registered this version: nothing is known of its figures.</Alert>;
  }
  const others = Object.keys(bundle.metrics).filter((name) => !FIRST.has(name));
  const dataset = lineage.dataset === null ? 'its dataset' : `${lineage.dataset.name}@${lineage.dataset.version}`;
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        Of the test split of {dataset}, with 95% intervals over patients or lesions. Figures of other test samples do
        not compare; a comparison asks both the same.
      </Text>
      {METRIC_GROUPS.map(({ title, note, metrics }) => (
        <Group
          key={title}
          title={title}
          note={note}
          names={metrics.flatMap(([name]) => (FIRST.has(name) ? [name] : []))}
          metrics={bundle.metrics}
        />
      ))}
      {others.length > 0 && (
        <details>
          <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>
            {others.length} more figures
          </summary>
          <Group title="More" note="" names={others} metrics={bundle.metrics} />
        </details>
      )}
    </Stack>
  );
}

function Group({ title, note, names, metrics }: { title: string; note: string; names: string[]; metrics: Metrics }) {
  const rows = names.flatMap((name) => (metrics[name] === undefined ? [] : [{ name, ...metrics[name] }]));
  if (rows.length === 0) return null;
  return (
    <div>
      <Title order={2} size="h3" mb={4}>
        {title}{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          {note}
        </Text>
      </Title>
      <WideTable label={title} width={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="34%">Measure</Table.Th>
            <Table.Th w="28%">Value (95% interval)</Table.Th>
            <Table.Th>0 to 1</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, value, low, high }) => (
            <Table.Tr key={name}>
              <Table.Td title={name}>{metricName(name)}</Table.Td>
              <Table.Td>
                <Interval value={value} low={low} high={high} />
              </Table.Td>
              <Table.Td>
                {value >= 0 && value <= 1 && (
                  <Forest value={value} low={low} high={high} label={`${metricName(name)} between 0 and 1`} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </div>
  );
}
