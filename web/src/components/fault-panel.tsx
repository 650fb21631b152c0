import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asFault } from '../api/fault.ts';

interface Props {
  error: unknown;
  /** What was tried: "The runs could not be read." */
  title?: string;
  onRetry?: (() => void) | undefined;
  /** What the way to try again is called. */
  retry?: string;
}

/** What went wrong, what to do, and by which name the server's log knows it. */
export function FaultPanel({ error, title, onRetry, retry = 'Try again' }: Props) {
  const { message, hint, code, requestId } = asFault(error);
  return (
    <Alert
      color="red"
      role="alert"
      title={title ?? message}
      icon={<IconAlertTriangle stroke={1.6} aria-hidden />}
      my="md"
      data-testid="fault"
    >
      {title !== undefined && <Text size="sm">{message}</Text>}
      {hint !== undefined && <Text size="sm">{hint}</Text>}
      <Group mt="xs" gap="md">
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {retry}
          </Button>
        )}
        <Text size="xs" c="dimmed" className="mono">
          {code}
          {requestId !== undefined && ` · request ${requestId}`}
        </Text>
      </Group>
    </Alert>
  );
}
