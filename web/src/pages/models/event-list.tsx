import { Badge, Button, Loader, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { moment } from '../../say.ts';
import './models.css';
import { isAbsent } from '../../components/reading.ts';
import { type Event, type TrailSearch, trail } from './queries.ts';
import { deed } from './words.ts';

/** Events of the audit trail, the newest first: who did what, when and why; what it was before and after on demand. */
export function EventList({ search }: { search: TrailSearch }) {
  const list = useInfiniteQuery(trail(search));
  if (list.isPending) return <Loader role="status" aria-label="Loading" />;
  const events = list.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Stack gap="sm">
      {(isAbsent(list) || list.isFetchNextPageError) && (
        <FaultPanel error={list.error} onRetry={() => void list.refetch()} />
      )}
      {events.length === 0 && list.error === null ? (
        <EmptyState title="No events">What is done to models and deployments is told here, for ever.</EmptyState>
      ) : (
        <ol className="events" aria-label="Events, the newest first">
          {events.map((event) => (
            <Row key={event.seq} event={event} />
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Earlier events
        </Button>
      )}
    </Stack>
  );
}

function Row({ event }: { event: Event }) {
  const [open, setOpen] = useState(false);
  const { seq, at, who, via, what, subject, why, before, after, hash, key } = event;
  const overridden = isOverridden(after);
  return (
    <li>
      <Text size="sm" c="dimmed" ta="right">
        {seq}
      </Text>
      <time dateTime={at} title={at}>
        {moment(new Date(at))}
      </time>
      <div>
        <Text size="sm" fw={600}>
          {who}
        </Text>
        <Text size="xs" c="dimmed">
          {via}
        </Text>
      </div>
      <div>
        {deed(what)} <b>{subject}</b>{' '}
        {overridden && (
          <Badge color="red" variant="light" size="sm">
            policy overridden
          </Badge>
        )}
      </div>
      <div>{why ?? ''}</div>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-label={`${open ? 'Less' : 'More'} of event ${seq}`}
      >
        {open ? 'Less' : 'More'}
      </Button>
      {open && (
        <div className="event-change">
          {`before ${json(before)}\nafter  ${json(after)}\nhash   ${hash}\nkey    ${key}`}
        </div>
      )}
    </li>
  );
}

const json = (value: Event['before']): string => (value === null ? 'nothing' : JSON.stringify(value, null, 1));

function isOverridden(after: Event['after']): boolean {
  if (typeof after !== 'object' || after === null || !('override' in after)) return false;
  return (after as { override: unknown }).override !== null;
}
