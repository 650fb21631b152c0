import { Text } from '@mantine/core';
import { measure } from '../say.ts';

interface Props {
  value: number | null;
  low?: number | null | undefined;
  high?: number | null | undefined;
  digits?: number;
}

/** A value with its 95% interval. */
export function Interval({ value, low, high, digits = 3 }: Props) {
  if (value === null)
    return (
      <Text span c="dimmed">
        none
      </Text>
    );
  return (
    <Text span style={{ whiteSpace: 'nowrap' }}>
      {measure(value, digits)}
      {low != null && high != null && (
        <Text span size="sm" c="dimmed" title="95% interval">
          {' '}
          ({measure(low, digits)} to {measure(high, digits)})
        </Text>
      )}
    </Text>
  );
}
