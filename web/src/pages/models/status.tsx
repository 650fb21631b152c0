import { Badge, Tooltip } from '@mantine/core';
import { IconArchive, IconCheck, IconClock, IconX } from '@tabler/icons-react';
import type { Version } from './queries.ts';
import { STATUS_WORDS } from './words.ts';

const LOOKS = {
  pending: { icon: IconClock, color: 'yellow' },
  approved: { icon: IconCheck, color: 'teal' },
  rejected: { icon: IconX, color: 'red' },
  retired: { icon: IconArchive, color: 'gray' },
} as const;

/** Said by word and sign, not by colour alone. */
export function VersionStatus({ status }: { status: Version['status'] }) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <Tooltip label={STATUS_WORDS[status]}>
      <Badge variant="light" color={color} size="sm" leftSection={<Icon size={12} aria-hidden />}>
        {status}
      </Badge>
    </Tooltip>
  );
}

export function Aliases({ names }: { names: readonly string[] }) {
  return names.map((name) => (
    <Badge key={name} size="sm" variant={name === 'champion' ? 'filled' : 'default'}>
      {name}
    </Badge>
  ));
}

/** A policy was set aside: shown for ever. */
export function Overridden({ why }: { why?: string | null | undefined }) {
  return (
    <Tooltip label={why ?? 'The policy was set aside for it; the decision says why.'}>
      <Badge color="red" variant="light" size="sm" leftSection={<IconX size={12} aria-hidden />} tabIndex={0}>
        policy overridden
      </Badge>
    </Tooltip>
  );
}
