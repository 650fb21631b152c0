import { Button, Group, Paper, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { count } from '../../say.ts';
import { type Difference, difference, type Ref, type Sample, type VersionSummary } from './queries.ts';
import { SplitBadge } from './split-badge.tsx';
import { Thumb } from './thumb.tsx';
import { CHANGES, type Change } from './words.ts';

const route = getRouteApi('/datasets/$name/$version');
const MORE = 60;
const MOST = 500;

/** What differs, image by image: what it was, and what it is. */
export function DifferencePanel({ of, all, from }: { of: Ref; all: readonly VersionSummary[]; from: number }) {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const [limit, setLimit] = useState(MORE);
  const wanted = kind !== undefined && kind in CHANGES ? (kind as Change) : undefined;
  const read = useQuery({ ...difference(of, from, wanted, limit), placeholderData: keepPreviousData });
  const others = all.filter(({ version }) => version !== of.version);
  const set = (change: { from?: number; kind?: string | undefined }): void => {
    setLimit(MORE);
    void navigate({
      search: ({ kind: _, ...before }) => ({
        ...before,
        from: change.from ?? from,
        ...(change.kind === undefined ? {} : { kind: change.kind }),
      }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <Paper withBorder p="lg" component="section" aria-label="Difference">
      <Group gap="sm" mb="sm">
        <Title order={2} size="h3">
          What version {of.version} has otherwise than
        </Title>
        <Select
          size="xs"
          w={130}
          aria-label="The version to compare with"
          data={others.map(({ version }) => ({ value: String(version), label: `version ${version}` }))}
          value={String(from)}
          allowDeselect={false}
          onChange={(value) => value !== null && set({ from: Number(value) })}
        />
      </Group>
      {isAbsent(read) ? (
        <FaultPanel error={read.error} onRetry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton height={160} aria-label="Loading" />
      ) : (
        <Stack gap="md">
          <Group gap={6}>
            {Object.keys(read.data.counts).length === 0 && <Text size="sm">Nothing differs.</Text>}
            {Object.entries(read.data.counts).map(([one, n]) => (
              <Button
                key={one}
                size="compact-sm"
                variant={wanted === one ? 'filled' : 'default'}
                aria-pressed={wanted === one}
                onClick={() => set({ kind: wanted === one ? undefined : one })}
              >
                {count(n)} {CHANGES[one as Change]}
              </Button>
            ))}
          </Group>
          <div className="changes">
            {read.data.changes.map((change) => (
              <OneChange
                key={`${change.before?.number ?? ''}-${change.after?.number ?? ''}`}
                of={of}
                from={from}
                change={change}
              />
            ))}
          </div>
          {read.data.changes.length < read.data.total && (
            <Group>
              <Text size="sm" c="dimmed">
                {count(read.data.changes.length)} of {count(read.data.total)}
              </Text>
              {limit < MOST && (
                <Button
                  size="xs"
                  variant="default"
                  loading={read.isFetching}
                  onClick={() => setLimit(Math.min(MOST, limit * 3))}
                >
                  Show more
                </Button>
              )}
            </Group>
          )}
        </Stack>
      )}
    </Paper>
  );
}

function OneChange({
  of,
  from,
  change: { kinds, before, after },
}: {
  of: Ref;
  from: number;
  change: Difference['changes'][number];
}) {
  const shown = after ?? before!;
  return (
    <div className="change">
      <Thumb
        of={{ name: of.name, version: after === null ? from : of.version }}
        number={shown.number}
        alt={`Image ${shown.number}`}
        className="change-picture"
      />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {kinds.map((kind) => CHANGES[kind]).join(', ')}
        </Text>
        <Group gap={6}>
          {before !== null && <State sample={before} />}
          {after !== null && (
            <span style={{ whiteSpace: before?.label === after.label ? 'nowrap' : undefined }}>
              {before !== null && <span aria-hidden>→ </span>}
              <State sample={after} named={before?.label !== after.label} />
            </span>
          )}
        </Group>
        <Text size="xs" c="dimmed" className="clip" title={shown.id}>
          {shown.id}
        </Text>
      </div>
    </div>
  );
}

function State({ sample, named = true }: { sample: Sample; named?: boolean }) {
  return (
    <span>
      {named && (
        <Text span size="sm">
          {sample.label}{' '}
        </Text>
      )}
      <SplitBadge sample={sample} />
    </span>
  );
}
