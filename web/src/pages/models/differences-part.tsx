import { Group, Loader, Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { isAbsent } from '../../components/reading.ts';
import { SettingKey } from '../../components/setting-key.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { metricName } from '../../metric-words.ts';
import { figures } from '../../say.ts';
import { differences, type Version, type VersionDifference, versions } from './queries.ts';
import { versionName } from './words.ts';

const route = getRouteApi('/models/$name/$version');

/** What differs from another version of the model: lineage, recipe, figures, what it decides by. */
export function DifferencesPart({ version }: { version: Version }) {
  const { against: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const all = useQuery(versions(version.model));
  const others = (all.data ?? []).filter((one) => one.version !== version.version);
  const preset =
    others.find(({ aliases }) => aliases.includes('champion')) ??
    others.find((one) => one.version < version.version) ??
    others[0];
  const against = asked ?? (preset === undefined ? undefined : versionName(preset));
  const path = { name: version.model, version: version.version };
  const found = useQuery({ ...differences(path, against ?? ''), enabled: against !== undefined });
  const other = others.find((one) => versionName(one) === against);
  const runs = [version, other].flatMap((one) => trainedHere(one?.record));
  if (all.isPending) return <Loader role="status" aria-label="Loading" />;
  if (against === undefined) {
    return <EmptyState title="There is no other version">Differences show once the model has a second one.</EmptyState>;
  }
  return (
    <Stack gap="md">
      <Group align="flex-end">
        <Select
          label="Compared with"
          data={others.map((one) => ({
            value: versionName(one),
            label: [versionName(one), ...one.aliases].join(', '),
          }))}
          value={against}
          onChange={(value) => {
            if (value !== null) void navigate({ search: (before) => ({ ...before, against: value }), replace: true });
          }}
          allowDeselect={false}
        />
        <Text size="sm" c="dimmed" maw={420}>
          Figures of other test samples do not compare.
          {runs.length === 2 && (
            <>
              {' '}
              <Go to="/runs/compare" search={{ run: runs, part: 'figures' }} underline="always">
                Their runs, held against each other on the same images
              </Go>
            </>
          )}
        </Text>
      </Group>
      {isAbsent(found) && <FaultPanel error={found.error} />}
      {found.isPending && <Loader role="status" aria-label="Loading" />}
      {found.data !== undefined &&
        (found.data.differences.length === 0 ? (
          <EmptyState title={`${against} and ${versionName(version)} do not differ`} />
        ) : (
          <WideTable label="Differences" width={640} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="26%">What</Table.Th>
                <Table.Th>{found.data.first}</Table.Th>
                <Table.Th>{found.data.second}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {grouped(found.data.differences).map(({ title, rows }) => (
                <Fragment key={title}>
                  <Table.Tr>
                    <Table.Th colSpan={3} scope="colgroup">
                      {title}
                    </Table.Th>
                  </Table.Tr>
                  {rows.map(({ key, name, first, second }) => (
                    <Table.Tr key={key}>
                      <What of={key} name={name} />
                      <Side text={first} />
                      <Side text={second} />
                    </Table.Tr>
                  ))}
                </Fragment>
              ))}
            </Table.Tbody>
          </WideTable>
        ))}
    </Stack>
  );
}

/** Its run, where the store had the run's record when the version was registered. */
function trainedHere(record: Version['record'] | undefined): string[] {
  return record?.bundle == null || record.lineage.config === null ? [] : [record.bundle.run];
}

/** What a key begins with, and what people call all of those; what begins with none of them is of the version itself. */
const PARTS = [
  ['decides', 'What it decides by'],
  ['metrics', 'Metrics'],
  ['', 'The version'],
  ['lineage', 'Where it comes from'],
  ['preprocess', 'What is done to images'],
  ['recipe', 'Settings of its training'],
] as const;

interface Row extends VersionDifference {
  /** The key within its part. */
  name: string;
}

function grouped(all: readonly VersionDifference[]): { title: string; rows: Row[] }[] {
  const rows = Map.groupBy(
    all,
    ({ key }) => PARTS.find(([part]) => part !== '' && key.startsWith(`${part}.`))?.[0] ?? '',
  );
  return PARTS.map(([part, title]) => ({
    title,
    rows: (rows.get(part) ?? []).map((one) => ({
      ...one,
      name: part === '' ? one.key : one.key.slice(part.length + 1),
    })),
  })).filter((one) => one.rows.length > 0);
}

/** A metric by its name; all else as the manifest and the recipe call it. */
function What({ of: key, name }: { of: string; name: string }) {
  const metric = key.startsWith('metrics.');
  return (
    <Table.Td className={metric ? undefined : 'mono'} style={{ overflowWrap: 'anywhere' }} title={key}>
      {metric ? metricName(name) : <SettingKey name={name} />}
    </Table.Td>
  );
}

/** Sums and ids by their beginning, numbers with the digits that one reads; the whole of it on hover. */
function Side({ text }: { text: string | null }) {
  if (text === null) return <Table.Td>{none}</Table.Td>;
  const digest = /^[0-9a-f]{32,}$/.test(text);
  return (
    <Table.Td className={digest ? 'mono' : undefined} style={{ overflowWrap: 'anywhere' }} title={text}>
      {digest ? text.slice(0, 12) : /^-?\d+\.\d{6,}$/.test(text) ? figures(Number(text), 4) : text}
    </Table.Td>
  );
}

const none = (
  <Text span c="dimmed" size="sm">
    none
  </Text>
);
