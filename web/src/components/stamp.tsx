import { Badge, Tooltip } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { crossingText, exposedText, type LeakCounts } from '../leak-words.ts';

function wordsOf(name: string, leaks: LeakCounts | null): string {
  if (name !== 'leaky') return 'Its figures may flatter. Do not rely on them.';
  if (leaks === null) return 'The same patients, lesions or images stand in training and test: figures flatter.';
  const known = exposedText(leaks);
  return `On both sides of the split: ${crossingText(leaks)}.${known === undefined ? '' : ` ${known}: figures flatter.`}`;
}

/** A warning that travels with data and whatever is made from them. */
export function Stamp({ name, leaks = null }: { name: string; leaks?: LeakCounts | null }) {
  return (
    <Tooltip label={wordsOf(name, leaks)} multiline maw={360}>
      <Badge
        color="orange"
        variant="light"
        size="sm"
        leftSection={<IconAlertTriangle size={12} aria-hidden />}
        tabIndex={0}
      >
        {name}
      </Badge>
    </Tooltip>
  );
}

/** @param of what carries them; nothing where there is nothing yet. */
export function Stamps({ of }: { of: { stamps: readonly string[]; leaks: LeakCounts | null } | null | undefined }) {
  return of?.stamps.map((name) => <Stamp key={name} name={name} leaks={of.leaks} />);
}
