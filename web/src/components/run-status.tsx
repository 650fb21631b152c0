import { Badge } from '@mantine/core';
import { IconCheck, IconClock, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';

const LOOKS = {
  running: { icon: IconPlayerPlay, color: 'teal' },
  finished: { icon: IconCheck, color: 'gray' },
  failed: { icon: IconX, color: 'red' },
  interrupted: { icon: IconPlayerPause, color: 'orange' },
  scheduled: { icon: IconClock, color: 'gray' },
} as const;

/** Said by word and sign, not by colour alone. */
export function RunStatus({ status }: { status: keyof typeof LOOKS }) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <Badge variant="light" color={color} size="sm" leftSection={<Icon size={12} aria-hidden />}>
      {status}
    </Badge>
  );
}
