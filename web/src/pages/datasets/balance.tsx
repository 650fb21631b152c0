import {
  Button,
  Group,
  Paper,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, useMemo, useState } from 'react';
import { BarChart } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
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
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <Skeleton height={320} aria-label="Loading" />;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Paper withBorder p="lg">
          <VisuallyHidden component="h2">Classes</VisuallyHidden>
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
            {opened.rule.charAt(0).toUpperCase() + opened.rule.slice(1)}. {groupsWords(opened)}
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

function groupsWords({ groups, leaks }: Version): string {
  if (groups === 0) return 'No patients or lesions are named: each image counts as one of its own.';
  const named = `${count(groups)} patients or lesions are named`;
  const crossing = leaks?.groups ?? 0;
  if (crossing === 0) return `${named}; all images of one are in one split.`;
  return `${named}; ${count(crossing)} of them ${crossing === 1 ? 'is' : 'are'} on both sides of the split: see the audit.`;
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
                      {one === undefined ? '' : one.needed === null ? 'out of reach: ' : `${count(one.needed)} `}
                      {one !== undefined && (
                        <b>{one.enough ? 'enough' : one.needed === null ? 'too few of the others' : 'too few'}</b>
                      )}
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

/** Class by a column of the source: what a subgroup lacks shows as a pale cell. */
function Subgroups({ of, data }: { of: Ref; data: Balance }) {
  const { columns, cells, classes, left } = data;
  const [chosen, setChosen] = useState<string | null>(columns[0]?.name ?? null);
  const column = columns.find(({ name }) => name === chosen);
  const counts = useMemo(() => {
    const sums = new Map<string, number>();
    for (const cell of cells) {
      if (cell.column !== column?.name || cell.value === null) continue;
      const key = `${cell.label}\n${cell.value}`;
      sums.set(key, (sums.get(key) ?? 0) + cell.samples);
    }
    return sums;
  }, [cells, column]);
  const most = Math.max(1, ...counts.values());
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
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3">
          Subgroups
        </Title>
        <Select
          size="xs"
          w={180}
          aria-label="Column"
          data={columns.map(({ name }) => name)}
          value={column.name}
          onChange={setChosen}
          allowDeselect={false}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        Images of all splits, by class and {column.name}. A number leads to its images.
      </Text>
      <Scroll label={`Images by class and ${column.name}`}>
        <Table fz="sm" verticalSpacing={3}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Class</Table.Th>
              {column.values.map((value) => (
                <Table.Th key={value} ta="right" style={{ whiteSpace: 'nowrap' }}>
                  {value}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {classes.map((label) => (
              <Table.Tr key={label}>
                <Table.Td>{label}</Table.Td>
                {column.values.map((value) => {
                  const images = counts.get(`${label}\n${value}`) ?? 0;
                  return (
                    <Table.Td key={value} px={4}>
                      <Link
                        to="/datasets/$name/$version"
                        params={{ name: of.name, version: String(of.version) }}
                        search={{ part: 'images', label, column: column.name, value }}
                        className="cell-link"
                        style={{ '--part': images / most } as CSSProperties}
                      >
                        {count(images)}
                      </Link>
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
