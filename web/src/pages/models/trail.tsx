import { Alert, Breadcrumbs, Button, Group, Paper, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Copyable } from '../../components/copyable.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { Page } from '../../components/page.tsx';
import { When } from '../../components/when.tsx';
import { counted } from '../../say.ts';
import { EventList } from './event-list.tsx';
import './models.css';
import { Go } from '../../components/link.tsx';
import { verification } from './queries.ts';

const route = getRouteApi('/trail');

/** The audit trail: chained, signed, written once. */
export function TrailPage() {
  const { model, subject, who } = route.useSearch();
  const search = {
    ...(model === undefined ? {} : { model }),
    ...(subject === undefined ? {} : { subject }),
    ...(who === undefined ? {} : { who }),
  };
  return (
    <Page
      title="Audit trail"
      about="Who did what to models and deployments, when, how and why. Each event holds the hash of the one before and is signed; none can be changed."
      above={
        <Breadcrumbs mb="xs">
          <Go to="/models" size="sm">
            Models
          </Go>
        </Breadcrumbs>
      }
    >
      <Stack gap="lg">
        <Verification />
        <Search />
        <EventList search={search} />
      </Stack>
    </Page>
  );
}

function Search() {
  const { model = '', subject = '', who = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState({ model, subject, who });
  const set = (key: keyof typeof text) => (event: { currentTarget: { value: string } }) =>
    setText({ ...text, [key]: event.currentTarget.value });
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const said = Object.entries(text).filter(([, value]) => value.trim() !== '');
    void navigate({ search: Object.fromEntries(said.map(([key, value]) => [key, value.trim()])) });
  };
  return (
    <form onSubmit={go}>
      <Group align="flex-end">
        <TextInput label="Model" placeholder="skin" value={text.model} onChange={set('model')} data-search w={170} />
        <TextInput
          label="Exactly this"
          placeholder="deployment derma"
          value={text.subject}
          onChange={set('subject')}
          w={190}
        />
        <TextInput label="Who" placeholder="ann" value={text.who} onChange={set('who')} w={140} />
        <Button type="submit" variant="default">
          Show
        </Button>
        {(model || subject || who) && (
          <Button
            variant="subtle"
            onClick={() => {
              setText({ model: '', subject: '', who: '' });
              void navigate({ search: {} });
            }}
          >
            All events
          </Button>
        )}
      </Group>
    </form>
  );
}

function Verification() {
  const client = useQueryClient();
  const found = useQuery(verification());
  const mayDecide = useMay('decide');
  const address = '/v1/trail/verification' as const;
  const take = (next: NonNullable<typeof found.data>): void => {
    client.setQueryData(verification().queryKey, next);
  };
  const begin = useMutation({ mutationFn: () => ask(api.POST(address, { body: { files: true } })), onSuccess: take });
  const cancel = useMutation({ mutationFn: () => ask(api.DELETE(address)), onSuccess: take });
  if (found.data === undefined) return found.error === null ? null : <FaultPanel error={found.error} />;
  const { work, result, at } = found.data;
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h3">
            {result === null
              ? 'Not verified since the server began'
              : result.ok
                ? 'Unaltered'
                : `${counted(result.faults.length, 'alteration')} found`}
          </Title>
          {work?.state !== 'running' && (
            <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
              <Button
                variant="default"
                leftSection={<IconShieldCheck size={16} stroke={1.6} aria-hidden />}
                onClick={() => begin.mutate()}
                loading={begin.isPending}
                disabled={!mayDecide}
              >
                Verify now
              </Button>
            </Tooltip>
          )}
        </Group>
        {work?.state === 'running' && (
          <LongAction
            title="Verifying events, tables and every byte of the registered bundles"
            part={work.total === null || work.done === null || work.total === 0 ? null : work.done / work.total}
            note={work.task === null ? 'reading events' : `${work.task}: ${work.done} of ${work.total}`}
            onCancel={() => cancel.mutate()}
            cancelling={cancel.isPending}
          />
        )}
        {work?.state === 'failed' && (
          <Alert color="red" title="It could not be verified">
            {work.error.message}
          </Alert>
        )}
        {result !== null && (
          <>
            <Text size="sm">
              {counted(result.events, 'event')}, {counted(result.versions, 'registration')},{' '}
              {counted(result.bundles, 'bundle')}, <When at={at} />.{' '}
              {result.keys.map(({ id, events, trusted }) => (
                <span key={id}>
                  Key {id}: {counted(events, 'event')}
                  {trusted ? '. ' : ', not trusted here. '}
                </span>
              ))}
            </Text>
            {result.head !== null && (
              <Text size="sm" component="div">
                Head{' '}
                <Copyable
                  text={`${result.head.seq}:${result.head.hash}`}
                  shown={`${result.head.seq}:${result.head.hash.slice(0, 24)}…`}
                  what="the head of the trail"
                />
                <Text span size="xs" c="dimmed">
                  {' '}
                  Note it elsewhere now and then: up to it nothing can change unseen.
                </Text>
              </Text>
            )}
            {result.faults.map(({ words }) => (
              <Alert key={words} color="red">
                {words}
              </Alert>
            ))}
          </>
        )}
        {begin.error !== null && <FaultPanel error={begin.error} />}
      </Stack>
    </Paper>
  );
}
