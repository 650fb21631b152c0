import { Table, Text } from '@mantine/core';
import { Interval } from '../../components/interval.tsx';
import type { Audit } from './queries.ts';
import { Scroll } from './scroll.tsx';

/** By what the label can be told without anatomy, strongest first, and what to do about each. */
export function ShortcutFacts({ shortcut }: { shortcut: NonNullable<Audit['shortcut']> }) {
  const { features, samples, of, test } = shortcut;
  return (
    <div>
      {features.length > 0 && (
        <Scroll label="What gives the label away">
          <Table fz="sm" mt="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What gives it away</Table.Th>
                <Table.Th>AUROC (95% interval)</Table.Th>
                <Table.Th>Best told</Table.Th>
                <Table.Th>What to do</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {features.map((feature) => (
                <Table.Tr key={feature.name}>
                  <Table.Td>{feature.title}</Table.Td>
                  <Table.Td>
                    <Interval value={feature.auroc} low={feature.low} high={feature.high} digits={2} />
                  </Table.Td>
                  <Table.Td>
                    {feature.tells === null ? '' : `${feature.tells.label} ${feature.tells.auroc?.toFixed(2) ?? ''}`}
                  </Table.Td>
                  <Table.Td>{feature.remedy}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scroll>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        Measured on {samples} of {of} images; {test.exceeded} of {test.permutations} shuffles of the labels were guessed
        as well.
      </Text>
    </div>
  );
}
