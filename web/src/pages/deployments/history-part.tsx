import { Badge, Button, Stack, Table, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { moment } from '../../say.ts';
import { useChange } from './change.ts';
import { Differences } from './differences.tsx';
import { type Deployment, type Revision, revisions } from './queries.ts';
import { ShareBar } from './share-bar.tsx';
import { deed, membersOf } from './words.ts';

/** All that was ever in force, the newest first; each can be brought back. */
export function HistoryPart({ deployment }: { deployment: Deployment }) {
  const found = useQuery(revisions(deployment.name));
  const [to, setTo] = useState<Revision>();
  const change = useChange(deployment);
  const mayDecide = useMay('decide');
  if (isAbsent(found)) return <FaultPanel error={found.error} />;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        Revisions are written once; the database itself refuses to change them.
      </Text>
      <WideTable label="Revisions" width={860}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">Revision</Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th w="38%">Traffic</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>In force</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(found.data ?? []).map((one, i, all) => (
            <Table.Tr key={one.number}>
              <Table.Td ta="right">{one.number}</Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{moment(new Date(one.at))}</Table.Td>
              <Table.Td>
                {one.who}
                <Text size="xs" c="dimmed">
                  {deed(one.what)}
                </Text>
              </Table.Td>
              <Table.Td>
                <ShareBar members={membersOf(one.spec)} />
                {all[i + 1] !== undefined && <Differences from={all[i + 1]!.spec} to={one.spec} />}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {one.why ?? ''}
                {one.spec.override !== null && (
                  <Tooltip label={one.spec.override}>
                    <Badge color="red" variant="light" size="sm" tabIndex={0}>
                      checks overridden
                    </Badge>
                  </Tooltip>
                )}
              </Table.Td>
              <Table.Td>
                {one.number === deployment.revision.number ? (
                  <Badge color="teal" variant="light" size="sm">
                    in force
                  </Badge>
                ) : (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    disabled={!mayDecide}
                    onClick={() => setTo(one)}
                    aria-label={`Bring back revision ${one.number}`}
                  >
                    Bring back
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <ReasonModal
        opened={to !== undefined}
        onClose={() => setTo(undefined)}
        title={`Bring back what revision ${to?.number} was`}
        action="Bring it back"
        onSay={({ reason }) => change.rollback(reason, to!.number)}
      >
        {to !== undefined && (
          <Stack gap="xs">
            <ShareBar members={membersOf(to.spec).filter(({ role }) => role !== 'canary')} />
            <Differences from={deployment.revision.spec} to={to.spec} />
          </Stack>
        )}
      </ReasonModal>
    </Stack>
  );
}
