import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Copyable } from '../../components/copyable.tsx';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { count } from '../../say.ts';
import { DifferencePanel } from './difference.tsx';
import type { Ref, VersionSummary } from './queries.ts';
import { Scroll } from './scroll.tsx';

const route = getRouteApi('/datasets/$name/$version');

/** All versions, and what differs between this one and another. */
export function VersionsPart({ of, all }: { of: Ref; all: readonly VersionSummary[] }) {
  const { from } = route.useSearch();
  const parent = all.find(({ version }) => version === of.version)?.parent?.version;
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg">
        <Title order={2} size="h3" mb="xs">
          Versions
        </Title>
        <Scroll label="Versions">
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Version</Table.Th>
                <Table.Th>Made</Table.Th>
                <Table.Th ta="right">Images</Table.Th>
                <Table.Th ta="right">Left out</Table.Th>
                <Table.Th>Split</Table.Th>
                <Table.Th>Since its parent</Table.Th>
                <Table.Th>Digest</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((one) => (
                <Table.Tr
                  key={one.version}
                  {...(one.version === of.version ? { bg: 'var(--mantine-color-default-hover)' } : {})}
                >
                  <Table.Td>
                    <Link
                      to="/datasets/$name/$version"
                      params={{ name: of.name, version: String(one.version) }}
                      search={{ part: 'versions' }}
                      className="quiet-link"
                    >
                      {one.version}
                    </Link>{' '}
                    <Stamps of={one} />
                  </Table.Td>
                  <Table.Td>
                    <When at={one.createdAt} />
                  </Table.Td>
                  <Table.Td ta="right">{count(one.samples)}</Table.Td>
                  <Table.Td ta="right">{count(one.leftOut)}</Table.Td>
                  <Table.Td>
                    {one.rule}
                    {one.amended > 0 && `; ${count(one.amended)} decided by people`}
                  </Table.Td>
                  <Table.Td>
                    {one.parent === null
                      ? 'the first'
                      : `${count(one.parent.added)} added, ${count(one.parent.removed)} removed, ${count(one.parent.changed)} changed`}
                  </Table.Td>
                  <Table.Td>
                    <Copyable text={one.digest} shown={one.digest.slice(0, 10)} what="the digest" />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scroll>
      </Paper>
      {all.length > 1 ? (
        <DifferencePanel
          of={of}
          all={all}
          from={from ?? parent ?? all.find(({ version }) => version !== of.version)!.version}
        />
      ) : (
        <Text size="sm" c="dimmed">
          There is one version. Importing the source again, mending, splitting anew and decisions about images make
          further ones; this one stays as it is.
        </Text>
      )}
    </Stack>
  );
}
