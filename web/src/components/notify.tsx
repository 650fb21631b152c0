import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { asFault } from '../api/fault.ts';

/** Something was done; where it can be taken back, the way to do so for ten seconds. */
export function done(message: string, undo?: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  const back = async (): Promise<void> => {
    notifications.hide(id);
    await undo?.().catch(failed);
  };
  notifications.show({
    id,
    autoClose: undo === undefined ? 4_000 : 10_000,
    icon: <IconCheck size={16} aria-hidden />,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        {undo !== undefined && (
          <Button size="compact-sm" variant="subtle" flex="none" onClick={() => void back()}>
            Undo
          </Button>
        )}
      </Group>
    ),
  });
}

/** What went wrong with something that was asked for, where the page has no better place for it. */
export function failed(error: unknown): void {
  const { message, hint } = asFault(error);
  notifications.show({
    color: 'red',
    autoClose: 12_000,
    icon: <IconAlertTriangle size={16} aria-hidden />,
    title: message,
    message: hint ?? '',
  });
}
