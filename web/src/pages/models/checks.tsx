import { Group, List, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Standing } from './queries.ts';
import { gateWords } from './words.ts';

export type Check = NonNullable<Standing['checks']>[number];

/** The rules of the policy, each with what was found. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <List spacing={8} size="sm" center={false} styles={{ itemWrapper: { alignItems: 'flex-start' } }}>
      {checks.map(({ asked, passed, words, rule }) => (
        <List.Item
          key={asked}
          icon={
            <ThemeIcon size={20} radius="xl" variant="light" color={passed ? 'teal' : 'red'}>
              {passed ? <IconCheck size={13} aria-label="met" /> : <IconX size={13} aria-label="not met" />}
            </ThemeIcon>
          }
        >
          <Text size="sm" fw={600}>
            {rule === 'gate' ? gateWords(asked) : sentence(asked)}
          </Text>
          <Text size="sm" {...(passed ? { c: 'dimmed' } : {})} style={{ overflowWrap: 'anywhere' }}>
            {words}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

/** How many people have approved, and how many must. */
export function Approvals({ approvers, needed }: { approvers: readonly string[]; needed: number }) {
  return (
    <Group gap={6}>
      <Text size="sm" fw={600}>
        {approvers.length} of {needed} approvals
      </Text>
      {approvers.length > 0 && (
        <Text size="sm" c="dimmed">
          by {approvers.join(', ')}
        </Text>
      )}
    </Group>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
