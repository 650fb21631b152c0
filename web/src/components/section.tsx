import { Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  /** Said small beside the title: how many. */
  count?: string | undefined;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page, with a heading of its own. */
export function Section({ title, count, actions, children }: Props) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="lg" h="100%" aria-labelledby={id}>
      <Group justify="space-between" mb="md" wrap="nowrap">
        <Group gap="xs" align="baseline">
          <Title order={2} size="h3" id={id}>
            {title}
          </Title>
          {count !== undefined && (
            <Text size="sm" c="dimmed">
              {count}
            </Text>
          )}
        </Group>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
