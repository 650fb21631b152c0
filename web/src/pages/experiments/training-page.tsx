import './experiments.css';
import { Alert, Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Page, PageLoading } from '../../components/page.tsx';
import { When } from '../../components/when.tsx';
import { isOpen, trainingQuery } from './queries.ts';
import { TrainingProgress } from './running-now.tsx';

export const Route = createLazyRoute('/runs/trainings/$training')({ component: TrainingPage });

/** A process that was begun from the page: how far it is, and what it says. */
function TrainingPage() {
  const { training: id } = Route.useParams();
  const { data, error, refetch } = useQuery(trainingQuery(id));
  const log = useRef<HTMLPreElement>(null);
  const lines = data?.log.length ?? 0;
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [lines]);
  if (error !== null) return <FaultPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PageLoading title="Training" />;
  return (
    <Page
      title={data.name}
      width="reading"
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs">
            Experiments
          </Anchor>
        </Text>
      }
      about={
        <Group gap="sm" component="span">
          <Badge color={data.state === 'failed' ? 'red' : data.state === 'stopped' ? 'orange' : 'teal'} variant="light">
            {data.state}
          </Badge>
          <span>
            begun <When at={data.begunAt} /> by {data.who}
            {data.recipe !== null && `, recipe ${data.recipe}`}
          </span>
        </Group>
      }
    >
      <Stack gap="md">
        {isOpen(data) && (
          <div className="chart-card">
            <TrainingProgress training={data} />
          </div>
        )}
        {data.error !== null && (
          <Alert color="red" title={data.error.message}>
            {data.error.hint}
          </Alert>
        )}
        {!isOpen(data) && data.run !== null && (
          <Group>
            <Button component={Link} to="/runs/$run" params={{ run: data.run } as never}>
              Open the run
            </Button>
          </Group>
        )}
        {!isOpen(data) && data.sweep !== null && (
          <Group>
            <Button component={Link} to="/runs/sweeps/$sweep" params={{ sweep: data.sweep } as never}>
              Open the sweep
            </Button>
          </Group>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
        <pre className="log" ref={log} tabIndex={0} role="log" aria-label="What it said">
          {data.log.length === 0 ? 'It has said nothing yet.' : data.log.join('\n')}
        </pre>
        {isOpen(data) && (
          <Text size="xs" c="dimmed">
            It is a process of its own: it goes on when the server ends. From a terminal: osler runs tail{' '}
            {data.run?.slice(0, 12) ?? 'latest'}
          </Text>
        )}
      </Stack>
    </Page>
  );
}
