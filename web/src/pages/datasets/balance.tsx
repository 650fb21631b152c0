import { Button, Group, Paper, Select, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { BarChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { count, figures } from '../../say.ts';
import { type Balance, balance, type Ref, type Version } from './queries.ts';
import { Scroll } from './scroll.tsx';
import { SplitAnew } from './split-anew.tsx';
import type { Work } from './work.tsx';

const SPLITS = ['train', 'val', 'test'] as const;

interface Props {
  of: Ref;
  opened: Version;
  work: Work;
  next: number;
}

/** How many images of which class are where, also by subgroup, and what is too small to be measured. */
export function BalancePart({ of, opened, work, next }: Props) {
  const read = useQuery(balance(of));
  const [asking, setAsking] = useState(false);
  if (read.error !== null) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <Skeleton height={320} aria-label="Loading" />;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Paper withBorder p="lg">
          <ClassChart data={read.data} />
        </Paper>
        <Paper withBorder p="lg">
          <Group justify="space-between" mb="xs">
            <Title order={2} size="h3">
              Splits
            </Title>
            <Button size="xs" variant="default" onClick={() => setAsking(true)} disabled={work.running !== undefined}>
              Split anew
            </Button>
          </Group>
          <ClassTable of={of} data={read.data} />
          <Text size="xs" c="dimmed" mt="xs">
            {opened.rule.charAt(0).toUpperCase() + opened.rule.slice(1)}.{' '}
            {opened.groups > 0
              ? `${count(opened.groups)} patients or lesions are named; all images of one are in one split.`
              : 'No patients or lesions are named: each image counts as one of its own.'}
          </Text>
        </Paper>
      </SimpleGrid>
      <Enough data={read.data} />
      <Subgroups of={of} data={read.data} />
      <SplitAnew
        of={of}
        opened={opened}
        next={next}
        shown={asking}
        onClose={() => setAsking(false)}
        onBegun={work.watch}
      />
    </Stack>
  );
}

function ClassChart({ data: { cells, classes } }: { data: Balance }) {
  const series = useMemo(() => {
    const whole = cells.filter(({ column }) => column === null);
    return SPLITS.map((split, place) => ({
      id: split,
      name: split,
      place,
      values: classes.map((label) => whole.find((cell) => cell.split === split && cell.label === label)?.samples ?? 0),
    }));
  }, [cells, classes]);
  return (
    <BarChart
      title="Images by class and split"
      names={classes}
      series={series}
      value={{ label: 'images' }}
      lying
      stacked
    />
  );
}

function ClassTable({ of, data: { cells, classes } }: { of: Ref; data: Balance }) {
  const at = new Map(
    cells.filter(({ column }) => column === null).map((cell) => [`${cell.split}\n${cell.label}`, cell]),
  );
  const sum = (split: string): number =>
    classes.reduce((total, label) => total + (at.get(`${split}\n${label}`)?.samples ?? 0), 0);
  return (
    <Scroll label="Images by class and split">
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Class</Table.Th>
            {SPLITS.map((split) => (
              <Table.Th key={split} ta="right">
                {split}
              </Table.Th>
            ))}
            <Table.Th ta="right">all</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {classes.map((label) => (
            <Table.Tr key={label}>
              <Table.Td>{label}</Table.Td>
              {SPLITS.map((split) => (
                <Table.Td key={split} ta="right">
                  <Link
                    to="/datasets/$name/$version"
                    params={{ name: of.name, version: String(of.version) }}
                    search={{ part: 'images', split, label }}
                    className="quiet-link"
                  >
                    {count(at.get(`${split}\n${label}`)?.samples ?? 0)}
                  </Link>
                </Table.Td>
              ))}
              <Table.Td ta="right">
                {count(SPLITS.reduce((total, split) => total + (at.get(`${split}\n${label}`)?.samples ?? 0), 0))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>all</Table.Th>
            {SPLITS.map((split) => (
              <Table.Th key={split} ta="right">
                {count(sum(split))}
              </Table.Th>
            ))}
            <Table.Th ta="right">{count(SPLITS.reduce((total, split) => total + sum(split), 0))}</Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Scroll>
  );
}

/** Whether the test split can say what one wants to know. */
function Enough({ data: { sampleSizes, width, expected, classes } }: { data: Balance }) {
  const size = (label: string, metric: string) =>
    sampleSizes.find((one) => one.label === label && one.metric === metric);
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3">
        Is the test split large enough?
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        Patients or lesions needed in test for a 95% interval {figures(width, 2)} wide, at an expected{' '}
        {figures(expected, 2)}. Images of one patient count as one.
      </Text>
      <Scroll label="Sample sizes">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Class</Table.Th>
              <Table.Th ta="right">in test</Table.Th>
              <Table.Th ta="right">for its sensitivity</Table.Th>
              <Table.Th ta="right">for its AUROC</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {classes.map((label) => (
              <Table.Tr key={label}>
                <Table.Td>{label}</Table.Td>
                <Table.Td ta="right">{count(size(label, 'sensitivity')?.present ?? 0)}</Table.Td>
                {(['sensitivity', 'auroc'] as const).map((metric) => {
                  const one = size(label, metric);
                  return (
                    <Table.Td key={metric} ta="right">
                      {one === undefined ? '' : one.needed === null ? 'no number does' : count(one.needed)}{' '}
                      {one !== undefined && <b>{one.enough ? 'enough' : 'too few'}</b>}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Paper>
  );
}

/** Class by a column of the source: what a subgroup lacks shows as a gap. */
function Subgroups({ of, data }: { of: Ref; data: Balance }) {
  const { columns, cells, classes, left } = data;
  const [chosen, setChosen] = useState<string | null>(columns[0]?.name ?? null);
  const column = columns.find(({ name }) => name === chosen);
  const series = useMemo(
    () =>
      classes.map((label, place) => ({
        id: label,
        name: label,
        place,
        values: (column?.values ?? []).map((value) =>
          cells
            .filter((cell) => cell.column === column?.name && cell.value === value && cell.label === label)
            .reduce((sum, { samples }) => sum + samples, 0),
        ),
      })),
    [cells, classes, column],
  );
  if (column === undefined) {
    return (
      <Paper withBorder p="lg">
        <Title order={2} size="h3">
          Subgroups
        </Title>
        <Text size="sm" c="dimmed">
          The source has no column by which images could be told apart, such as age, sex or site
          {left.length > 0 && ` (not used: ${left.map(({ name, reason }) => `${name}, as ${reason}`).join('; ')})`}. A
          table beside the images, named with --metadata at import, brings them.
        </Text>
      </Paper>
    );
  }
  return (
    <Paper withBorder p="lg">
      <BarChart
        title={`Images by ${column.name} and class`}
        note="Of all splits together."
        names={column.values}
        series={series}
        value={{ label: 'images' }}
        lying
        stacked
        tools={
          <Select
            size="xs"
            w={160}
            aria-label="Column"
            data={columns.map(({ name }) => name)}
            value={column.name}
            onChange={setChosen}
            allowDeselect={false}
          />
        }
      />
      <Group gap="xs" mt="sm">
        <Text size="xs" c="dimmed">
          Images of:
        </Text>
        {column.values.map((value) => (
          <Link
            key={value}
            to="/datasets/$name/$version"
            params={{ name: of.name, version: String(of.version) }}
            search={{ part: 'images', column: column.name, value }}
            className="quiet-link small"
          >
            {value}
          </Link>
        ))}
      </Group>
    </Paper>
  );
}
