import { Button, Group, Text } from '@mantine/core';
import { useMay } from '../../app/session.ts';
import { percent } from '../../say.ts';
import { useDecisions } from './decisions.tsx';
import type { Ref, Suspect } from './queries.ts';
import { SplitBadge } from './split-badge.tsx';
import { Thumb } from './thumb.tsx';

/** One image: its label, what it is taken for, how sure that is; and what somebody makes of it. */
export function SuspectCard({ of, suspect, onLarge }: { of: Ref; suspect: Suspect; onLarge: () => void }) {
  const { all, decide } = useDecisions();
  const may = useMay('write');
  const { number, label, suggested, probability, suggestedProbability, excluded } = suspect;
  const decision = all.get(number);
  const out = decision?.out ?? excluded !== null;
  const chosen = out ? undefined : decision?.label;
  const take = (next: { label?: string; out: boolean }): void => decide([{ sample: suspect, ...next }]);
  const choices = [
    { words: suggested, on: chosen === suggested, act: () => take({ label: suggested, out: false }) },
    { words: `${label}, as it is`, on: false, act: () => take({ out: excluded !== null }) },
    { words: 'nobody knows: leave out', on: out, act: () => take({ out: true }) },
  ];
  return (
    <figure className="suspect" data-decided={decision !== undefined || undefined} aria-label={`Image ${number}`}>
      <button type="button" className="set-picture" onClick={onLarge} aria-label={`Image ${number} at large`}>
        <Thumb of={of} number={number} side={320} alt={`Image ${number}: ${label}`} className="set-image" />
      </button>
      <figcaption>
        <dl className="suspect-labels">
          <div>
            <dt>label</dt>
            <dd>
              <b>{label}</b> <span>{percent(probability, 0)}</span>
            </dd>
          </div>
          <div>
            <dt>taken for</dt>
            <dd>
              <b>{suggested}</b> <span>{percent(suggestedProbability, 0)}</span>
            </dd>
          </div>
        </dl>
        <SplitBadge sample={{ ...suspect, excluded: out ? (excluded ?? 'person') : null }} />
        <Text size="xs" c="dimmed" mt={6} mb={4}>
          It is:
        </Text>
        <Group gap={6}>
          {choices.map(({ words, on, act }) => (
            <Button
              key={words}
              size="compact-sm"
              variant={on ? 'filled' : 'default'}
              aria-pressed={on}
              disabled={!may}
              onClick={act}
            >
              {words}
            </Button>
          ))}
        </Group>
      </figcaption>
    </figure>
  );
}
