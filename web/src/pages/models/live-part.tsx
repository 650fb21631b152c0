import { Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { isAbsent } from '../../components/reading.ts';
import { WideTable } from '../../components/wide-table.tsx';
import { duration, moment } from '../../say.ts';
import { aliasHistory, type Model } from './queries.ts';

/** Which version an alias named, from when to when. */
export function LivePart({ model }: { model: Model }) {
  const [alias, setAlias] = useState('champion');
  const names = [...new Set(['champion', ...Object.keys(model.aliases)])];
  const found = useQuery(aliasHistory(model.name, alias));
  return (
    <Stack gap="md">
      {names.length > 1 && (
        <Select
          label="Alias"
          data={names}
          value={alias}
          onChange={(value) => value !== null && setAlias(value)}
          w={220}
          allowDeselect={false}
        />
      )}
      {isAbsent(found) && <FaultPanel error={found.error} />}
      {found.data !== undefined && found.data.length === 0 && (
        <EmptyState title={`No version was ever ${alias}`}>
          An approved version becomes live when it is given the alias champion on its own page.
        </EmptyState>
      )}
      {found.data !== undefined && found.data.length > 0 && <History name={model.name} moves={found.data} />}
      <Text size="sm" c="dimmed">
        <Go to="/live" size="sm" underline="always">
          What was live at any moment
        </Go>
        , of all models and deployments.
      </Text>
    </Stack>
  );
}

interface Move {
  version: number | null;
  rollback: boolean;
  who: string;
  at: string;
  why: string | null;
  seq: number;
}

function History({ name, moves }: { name: string; moves: readonly Move[] }) {
  const rows = moves.map((move, i) => ({ ...move, until: moves[i + 1]?.at ?? null })).reverse();
  return (
    <WideTable label="What was live" width={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Version</Table.Th>
          <Table.Th>From</Table.Th>
          <Table.Th>Until</Table.Th>
          <Table.Th>For</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th>Why</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ version, rollback, who, at, why, seq, until }) => (
          <Table.Tr key={seq}>
            <Table.Td>
              {version === null ? (
                <Text size="sm" c="dimmed">
                  none
                </Text>
              ) : (
                <Go to="/models/$name/$version" params={{ name, version: String(version) }} fw={600}>
                  {name}@{version}
                </Go>
              )}
              {rollback && (
                <Text size="xs" c="dimmed">
                  rolled back to
                </Text>
              )}
            </Table.Td>
            <Table.Td>{moment(new Date(at))}</Table.Td>
            <Table.Td>{until === null ? 'now' : moment(new Date(until))}</Table.Td>
            <Table.Td>
              {duration(((until === null ? Date.now() : Date.parse(until)) - Date.parse(at)) / 1_000)}
            </Table.Td>
            <Table.Td>{who}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{why ?? ''}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
