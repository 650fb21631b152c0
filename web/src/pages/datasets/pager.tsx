import { Button, Group, Text } from '@mantine/core';
import { count } from '../../say.ts';

interface Props {
  /** From 0. */
  page: number;
  onPage: (page: number) => void;
  /** Of the first that is shown, from 0. */
  offset: number;
  shown: number;
  total: number;
  /** In which order they stand. */
  order?: string;
}

/** Which stretch of a long list is shown, and the ways to its neighbours. */
export function Pager({ page, onPage, offset, shown, total, order }: Props) {
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Before
      </Button>
      <Text size="sm" role="status">
        {count(offset + 1)} to {count(offset + shown)} of {count(total)}
        {order === undefined ? '' : `, ${order}`}
      </Text>
      <Button size="xs" variant="default" disabled={offset + shown >= total} onClick={() => onPage(page + 1)}>
        Next
      </Button>
    </Group>
  );
}
