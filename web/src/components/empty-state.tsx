import { Code, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from './copyable.tsx';

interface Props {
  icon?: ReactNode;
  /** What is not there: "No runs yet". */
  title: string;
  /** What it would be good for, and how to come by one. */
  children?: ReactNode;
  /** The command that makes the first one. */
  command?: string;
  actions?: ReactNode;
}

/** In place of a list that is empty: what would be here, and what to do. */
export function EmptyState({ icon, title, children, command, actions }: Props) {
  return (
    <Stack align="center" gap="sm" py={48} px="md" ta="center" data-testid="empty">
      {icon !== undefined && <Text c="dimmed">{icon}</Text>}
      <Title order={2} size="h3">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" maw="min(520px, 100%)" component="div">
          {children}
        </Text>
      )}
      {command !== undefined && (
        <Group gap={6} wrap="nowrap" maw="100%">
          <Code style={{ overflowX: 'auto' }}>{command}</Code>
          <CopyButton text={command} what="the command" />
        </Group>
      )}
      {actions !== undefined && <Group mt="xs">{actions}</Group>}
    </Stack>
  );
}
