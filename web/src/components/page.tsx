import { Box, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { FaultPanel } from './fault-panel.tsx';
import { StaleParts } from './stale-parts.tsx';

interface Props {
  title: string;
  /** Shown in place of `title`, which stays the browser tab's: with a badge, say. */
  heading?: ReactNode;
  /** One line below the title. */
  about?: ReactNode;
  /** Above the title: where this page hangs. */
  above?: ReactNode;
  actions?: ReactNode;
  /** Pages where people compare use the whole width; those where they decide are narrower. */
  width?: 'full' | 'reading';
  /** What is shown was read by this; where it could not be read again, the page says that it is as of before. */
  query?: { error: unknown; refetch: () => unknown };
  /** Nothing is shown of what was read: it is on its way, or can't be had. */
  bare?: boolean;
  children: ReactNode;
}

/** A page's frame: its title, what can be done, and its content. */
export function Page({ title, heading, about, above, actions, width = 'full', query, bare = false, children }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Osler`;
  }, [title]);
  // A screen reader hears where it is now; a link to a part of the page keeps its place.
  useEffect(() => {
    if (document.activeElement === document.body && window.location.hash === '')
      head.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Box p={{ base: 'md', sm: 'xl' }} {...(width === 'reading' ? { maw: 1040, mx: 'auto' } : {})}>
      {above}
      <Group justify="space-between" align="flex-start" gap="md" mb="lg">
        <Stack gap={2} style={{ minWidth: 0 }}>
          <Title order={1} ref={head} tabIndex={-1} style={{ outline: 'none', overflowWrap: 'anywhere' }}>
            {heading ?? title}
          </Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </Stack>
        {actions !== undefined && (
          <Group gap="xs" className="no-print">
            {actions}
          </Group>
        )}
      </Group>
      {query === undefined || query.error === null ? (
        !bare && <StaleParts />
      ) : (
        <FaultPanel
          title="This is how it was when the server last said so; it could not be read again."
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {children}
    </Box>
  );
}

/** While a page's first data are on their way. */
export function PageLoading({ title }: { title: string }) {
  return (
    <Page title={title} bare>
      <Stack gap="sm" aria-busy="true" role="status" aria-label="Loading">
        <Skeleton height={42} />
        <Skeleton height={180} />
        <Skeleton height={180} />
      </Stack>
    </Page>
  );
}
