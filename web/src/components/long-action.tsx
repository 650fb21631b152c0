import { Button, Group, Progress, Stack, Text } from '@mantine/core';

interface Props {
  /** What is being done: "Training EfficientNet-B0". */
  title: string;
  /** 0 to 1; null where nobody knows. */
  part: number | null;
  /** Where it is: "epoch 3 of 10, 24 s". */
  note?: string | undefined;
  onCancel?: (() => void) | undefined;
  cancelling?: boolean;
}

/** Work that takes long: where it is, and the way to stop it. */
export function LongAction({ title, part, note, onCancel, cancelling = false }: Props) {
  return (
    <Stack gap={6} data-testid="progress">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {onCancel !== undefined && (
          <Button size="compact-xs" variant="default" onClick={onCancel} loading={cancelling}>
            Cancel
          </Button>
        )}
      </Group>
      <Progress.Root size="md" aria-hidden={false}>
        <Progress.Section
          value={part === null ? 100 : Math.max(1, part * 100)}
          striped={part === null}
          animated={part === null}
          aria-label={title}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" aria-live="polite">
        {note ?? ' '}
      </Text>
    </Stack>
  );
}
