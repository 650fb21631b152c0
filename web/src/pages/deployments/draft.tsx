import { Alert, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { Deployment } from './queries.ts';
import { deed } from './words.ts';

export interface Draft<T> {
  /** What it was begun from: a change names its revision, and the server refuses one that is not in force any more. */
  base: Deployment;
  /** As `base` has it. */
  now: T;
  value: T;
  isChanged: boolean;
  set: (value: T) => void;
  /** The revision that came meanwhile; null where there is none, or nothing was changed here. */
  meanwhile: Deployment | null;
  /** As it is in force. */
  discard: () => void;
  /** The same draft, as a change of what is in force now. */
  rebase: () => void;
}

/**
 * A part of a deployment that somebody is about to change. Other revisions are followed until something is changed here; from then on
 * what was set stays, and `meanwhile` says that another one came.
 */
export function useDraft<T>(deployment: Deployment, read: (deployment: Deployment) => T): Draft<T> {
  const [held, setHeld] = useState({ base: deployment, value: read(deployment) });
  let current = held;
  const theirs = read(deployment);
  const isOther = deployment.revision.number !== held.base.revision.number;
  const isUntouched = same(held.value, read(held.base));
  // Also where what came is this very change, put in force here.
  if (isOther && (isUntouched || same(held.value, theirs))) {
    current = { base: deployment, value: theirs };
    setHeld(current);
  }
  const { base, value } = current;
  const now = read(base);
  return {
    base,
    now,
    value,
    isChanged: !same(value, now),
    set: (next) => setHeld({ base, value: next }),
    meanwhile: base.revision.number === deployment.revision.number ? null : deployment,
    discard: () => setHeld({ base: deployment, value: theirs }),
    rebase: () => setHeld({ base: deployment, value }),
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Somebody else was first: what they did, and what may become of the draft. */
export function Meanwhile({
  draft: { meanwhile, discard, rebase },
}: {
  draft: Pick<Draft<unknown>, 'meanwhile' | 'discard' | 'rebase'>;
}) {
  if (meanwhile === null) return null;
  const { number, what, who, why } = meanwhile.revision;
  return (
    <Alert color="orange" title={`Revision ${number} came meanwhile`} my="sm" data-testid="meanwhile">
      <Text size="sm" mb="xs" style={{ overflowWrap: 'anywhere' }}>
        It was {deed(what)} by {who}
        {why === null ? '' : `: ${why}`}. What you set stays here, and is not in force.
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={rebase}>
          Put mine on top of it
        </Button>
        <Button size="xs" variant="subtle" onClick={discard}>
          Drop mine, show what is in force
        </Button>
      </Group>
    </Alert>
  );
}
