import { Text } from '@mantine/core';
import { otherDifferences } from './limits.ts';
import type { Spec } from './queries.ts';

/** What of two revisions differs beside the traffic. */
export function Differences({ from, to }: { from: Spec; to: Spec }) {
  return otherDifferences(from, to).map((words) => (
    <Text key={words} size="sm">
      {words}
    </Text>
  ));
}
