import './experiments.css';
import { Alert, Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Absent } from '../../components/absent.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { isOpen, type Training, trainingQuery } from './queries.ts';
import { TrainingProgress } from './running-now.tsx';

export const Route = createLazyRoute('/runs/trainings/$training')({ component: TrainingPage });

/** A process that was begun from the page: how far it is, and what it says. */
function TrainingPage() {
  const { training: id } = Route.useParams();
  const found = useQuery(trainingQuery(id));
  const data = lastRead(found);
  const log = useRef<HTMLPreElement>(null);
  const lines = data?.log.length ?? 0;
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [lines]);
  if (data === undefined) return <Absent title="Training" query={found} />;
  const state = data.error?.code === 'INTERRUPTED' ? 'interrupted' : data.state;
  return (
    <Page
      title={data.name}
      query={found}
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
          <Badge
            color={state === 'failed' ? 'red' : state === 'finished' || isOpen(data) ? 'teal' : 'orange'}
            variant="light"
          >
            {state}
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
          <Alert
            color={state === 'interrupted' ? 'orange' : 'red'}
            title={data.error.message}
            styles={{ title: { color: 'var(--mantine-color-text)' } }}
          >
            {data.error.hint}
          </Alert>
        )}
        {!isOpen(data) && <WhereNow training={data} />}
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

/** What came of it, and from where it can go on or be begun again. */
function WhereNow({ training: { kind, state, run, sweep, group, dataset, split } }: { training: Training }) {
  const whole = state === 'finished';
  const place = (): { to: string; params?: object; search?: object; words: string } | null => {
    if (kind === 'demo') return { to: '/', words: whole ? 'Go on at Home' : 'Begin it again at Home' };
    if (kind === 'suspects') {
      const [name = '', version = ''] = (dataset ?? '').split('@');
      const by = group ?? run;
      const search = { part: 'suspects', ...(by === null ? {} : { by }) };
      return {
        ...{ to: '/datasets/$name/$version', params: { name, version }, search },
        words: whole ? 'Look at the suspects' : 'Judge the labels again',
      };
    }
    if (group !== null)
      return { to: '/runs/groups/$group', params: { group }, words: whole ? 'Open the group' : 'Go on with the group' };
    if (sweep !== null)
      return { to: '/runs/sweeps/$sweep', params: { sweep }, words: whole ? 'Open the sweep' : 'Go on with the sweep' };
    if (run === null) return whole ? null : { to: '/runs/new', words: 'Begin another' };
    if (kind === 'evaluate')
      return {
        ...{ to: '/runs/$run', params: { run } },
        search: { part: 'evaluation', ...(split === null ? {} : { split }) },
        words: whole ? 'Look at the result' : 'Measure it again',
      };
    if (kind === 'register')
      return whole
        ? { to: '/models', words: 'Open the models' }
        : { to: '/models', search: { register: run }, words: 'Register it again' };
    return { to: '/runs/$run', params: { run }, words: 'Open the run' };
  };
  const chosen = place();
  if (chosen === null) return null;
  const { words, ...target } = chosen;
  return (
    <Group>
      <Button component={Link} {...(target as object)}>
        {words}
      </Button>
    </Group>
  );
}
