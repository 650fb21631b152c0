import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Got } from '../api/answers.ts';

/** What the page began, in a process of its own. */
type Begun = Got<'/v1/trainings'>['trainings'][number];

/** What was begun last and did not come to its end. */
export function CameToNothing({ training: { id, state, error }, what }: { training: Begun; what: string }) {
  const interrupted = error?.code === 'INTERRUPTED';
  return (
    <Alert
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      color={state === 'stopped' || interrupted ? 'orange' : 'red'}
      title={`${what} ${state === 'stopped' ? 'was stopped.' : interrupted ? 'was interrupted.' : 'failed.'}`}
    >
      {error !== null && (
        <Text size="sm">
          {error.message} {error.hint}
        </Text>
      )}
      <Anchor size="sm" component={Link} to="/runs/trainings/$training" params={{ training: id } as never}>
        What it said
      </Anchor>
    </Alert>
  );
}

/** Tells of what this page saw under way and then ended. */
export function useWhenEnded(all: readonly Begun[], tell: (training: Begun) => void): void {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const open = all.filter((one) => one.endedAt === null && !seen.has(one.id));
    const ended = all.filter((one) => one.endedAt !== null && seen.has(one.id));
    if (open.length === 0 && ended.length === 0) return;
    setSeen(new Set([...[...seen].filter((id) => !ended.some((one) => one.id === id)), ...open.map(({ id }) => id)]));
    for (const one of ended) tell(one);
  }, [all, seen, tell]);
}
