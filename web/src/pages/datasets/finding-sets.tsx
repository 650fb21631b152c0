import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { useDecisions } from './decisions.tsx';
import { ImageView } from './image-view.tsx';
import { Pager } from './pager.tsx';
import { type Check, type Ref, type Sets, sets, type Version } from './queries.ts';
import { SplitBadge } from './split-badge.tsx';
import { Thumb } from './thumb.tsx';

const PAGE = 24;

type OneSet = Sets['sets'][number];

/** The images behind a finding, set by set, side by side; of clashing labels the right one can be chosen. */
export function FindingSets({ of, opened, check }: { of: Ref; opened: Version; check: Check }) {
  const [page, setPage] = useState(0);
  const [image, setImage] = useState<number>();
  const read = useQuery(sets(of, check, page * PAGE, PAGE));
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <Skeleton height={240} mt="md" aria-label="Loading" />;
  const { total, offset, sets: shown } = read.data;
  return (
    <Stack gap="sm" mt="md">
      <div className="sets" data-single={check === 'shortcut' || undefined}>
        {shown.map((set, i) => (
          <section key={`${offset + i}`} className="set" aria-label={`Set ${offset + i + 1}: ${set.title}`}>
            <Text size="sm" fw={600}>
              {set.title}
            </Text>
            <div className="set-members">
              {set.members.map((member) => (
                <figure key={member.number} className="set-member">
                  <button
                    type="button"
                    className="set-picture"
                    onClick={() => setImage(member.number)}
                    aria-label={`Image ${member.number} at large`}
                  >
                    <Thumb
                      of={of}
                      number={member.number}
                      side={320}
                      alt={`Image ${member.number}: ${member.label}`}
                      className="set-image"
                    />
                  </button>
                  <figcaption>
                    <Text size="xs" fw={600} span>
                      {member.label}
                    </Text>{' '}
                    <SplitBadge sample={member} />
                    {member.group !== null && (
                      <Text size="xs" c="dimmed">
                        {member.group}
                      </Text>
                    )}
                    {member.remark !== null && (
                      <Text size="xs" c="dimmed">
                        {member.remark}
                      </Text>
                    )}
                  </figcaption>
                </figure>
              ))}
              {set.more > 0 && (
                <Text size="xs" c="dimmed">
                  and {set.more} more
                </Text>
              )}
            </div>
            {check === 'labelConflicts' && set.more === 0 && <WhichLabel set={set} />}
          </section>
        ))}
      </div>
      {total > PAGE && <Pager page={page} onPage={setPage} offset={offset} shown={shown.length} total={total} />}
      <ImageView of={of} opened={opened} number={image} onClose={() => setImage(undefined)} />
    </Stack>
  );
}

/** One picture stands under several labels: which is right, or that nobody knows. */
function WhichLabel({ set: { members } }: { set: OneSet }) {
  const { all, decide } = useDecisions();
  const may = useMay('write');
  const labels = [...new Set(members.map(({ label }) => label))];
  const decided = members.map(({ number }) => all.get(number));
  const chosen = decided.every((one) => one !== undefined && !one.out)
    ? (decided[0]?.label ?? members[0]?.label)
    : undefined;
  const choose = (label: string): void => decide(members.map((sample) => ({ sample, label, out: false })));
  const isOut = members.every(({ excluded, number }) => all.get(number)?.out ?? excluded !== null);
  const leave = (): void => decide(members.map((sample) => ({ sample, out: true })));
  return (
    <Group gap={6} mt={6}>
      <Text size="xs" c="dimmed">
        It is:
      </Text>
      {labels.map((label) => (
        <Button
          key={label}
          size="compact-sm"
          variant={chosen === label ? 'filled' : 'default'}
          aria-pressed={chosen === label}
          disabled={!may}
          onClick={() => choose(label)}
        >
          {label}
        </Button>
      ))}
      <Button
        size="compact-sm"
        variant={isOut ? 'light' : 'subtle'}
        aria-pressed={isOut}
        disabled={!may || isOut}
        onClick={leave}
      >
        nobody knows: leave out
      </Button>
    </Group>
  );
}
