import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { isAbsent } from '../../components/reading.ts';
import { metricWords } from '../../metric-words.ts';
import { figures } from '../../say.ts';
import { curvesQuery, type RunDetail, trainingsQuery, value } from './queries.ts';

/** Epoch by epoch, what the training ended with: the numbers behind the curves. */
export function RunLog({ run }: { run: RunDetail }) {
  const keys = useMemo(
    () =>
      Object.keys(run.metrics).filter((key) => key === 'epoch.loss' || (key.startsWith('val.') && !key.includes('/'))),
    [run.metrics],
  );
  const read = useQuery(curvesQuery({ runs: [run.id], keys, points: 5_000 }, run.status === 'running'));
  const { data } = read;
  const trainings = useQuery(trainingsQuery());
  const begun = trainings.data?.trainings.find((one) => one.run === run.id);
  const epochs = useMemo(() => {
    const rows = new Map<number, Record<string, number | null>>();
    for (const { key, mean, epoch } of data?.curves ?? [])
      for (const [i, one] of mean.entries()) {
        const number = epoch?.[i] ?? i + 1;
        rows.set(number, { ...rows.get(number), [key]: value(one) });
      }
    return [...rows].sort(([a], [b]) => b - a);
  }, [data]);
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (data === undefined && keys.length > 0) return <Skeleton height={240} />;
  return (
    <Stack gap="md">
      {begun !== undefined && (
        <Text size="sm">
          It was begun from this page:{' '}
          <Go to="/runs/trainings/$training" params={{ training: begun.id }} size="sm" underline="always">
            what its process said
          </Go>
        </Text>
      )}
      {epochs.length === 0 ? (
        <Text c="dimmed">No epoch is done yet.</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        <section className="side-by-side sideways" aria-label="Epochs" tabIndex={0}>
          <Table fz="sm" stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Epoch</Table.Th>
                {keys.map((key) => (
                  <Table.Th key={key} title={key}>
                    {metricWords(key)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {epochs.map(([epoch, values]) => (
                <Table.Tr key={epoch} fw={run.best?.epoch === epoch ? 700 : undefined}>
                  <Table.Td>
                    {epoch}
                    {run.best?.epoch === epoch && ' best'}
                  </Table.Td>
                  {keys.map((key) => (
                    <Table.Td key={key}>{values[key] == null ? '' : figures(values[key], 4)}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Stack>
  );
}
