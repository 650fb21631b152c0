import { Badge } from '@mantine/core';
import {
  IconCheck,
  IconClock,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconUpload,
  IconX,
} from '@tabler/icons-react';
import type { Job } from './queries.ts';
import { STATES, stateOf } from './words.ts';

const LOOKS = {
  receiving: { icon: IconUpload, color: 'gray' },
  waiting: { icon: IconClock, color: 'gray' },
  running: { icon: IconPlayerPlay, color: 'teal' },
  finished: { icon: IconCheck, color: 'gray' },
  failed: { icon: IconX, color: 'red' },
  stopped: { icon: IconPlayerPause, color: 'orange' },
  cancelled: { icon: IconPlayerStop, color: 'orange' },
} as const;

/** Said by word and sign, not by colour alone. */
export function JobState({ job }: { job: Pick<Job, 'state' | 'idle'> }) {
  const state = stateOf(job);
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Badge variant="light" color={color} size="sm" leftSection={<Icon size={12} aria-hidden />}>
      {STATES[state]}
    </Badge>
  );
}
