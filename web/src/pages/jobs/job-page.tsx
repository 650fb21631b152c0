import { Alert, Breadcrumbs, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { asFault } from '../../api/fault.ts';
import { useAbout, useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { ConfirmTyped } from '../../components/confirm-typed.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Go } from '../../components/link.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { done, failed } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { duration } from '../../say.ts';
import { Items } from './items.tsx';
import { JobState } from './job-state.tsx';
import { isOpen, type Job, jobQuery } from './queries.ts';
import { progressWords } from './words.ts';

export const Route = createLazyRoute('/jobs/$job')({ component: JobPage });

const above = (
  <Breadcrumbs mb="xs">
    <Go to="/jobs" size="sm">
      Jobs
    </Go>
  </Breadcrumbs>
);

function JobPage() {
  const { job: id } = Route.useParams();
  const { which } = Route.useSearch();
  const navigate = Route.useNavigate();
  const [deleting, setDeleting] = useState(false);
  // What is being deleted here is not asked for meanwhile: the server would say that there is no such job, and rightly.
  const found = useQuery({ ...jobQuery(id), enabled: !deleting });
  const job = lastRead(found);
  if (job === undefined) {
    if (found.error === null || asFault(found.error).status !== 404) return <Absent title="Job" query={found} />;
    return (
      <Page title="Job" above={above} width="reading">
        <EmptyState title="There is no such job">It was deleted, or the address is misspelt.</EmptyState>
      </Page>
    );
  }
  return (
    <Page
      title={job.name}
      query={found}
      above={above}
      about={<About job={job} />}
      actions={<Actions job={job} onDeleting={setDeleting} />}
    >
      <Stack gap="lg">
        <Progress job={job} />
        {!deleting && (
          <Items
            job={job}
            which={which ?? 'all'}
            onWhich={(next) =>
              void navigate({ search: next === 'failed' ? { which: 'failed' } : {}, replace: true, resetScroll: false })
            }
          />
        )}
      </Stack>
    </Page>
  );
}

function About({ job }: { job: Job }) {
  const { id, model, who, createdAt, startedAt, endedAt } = job;
  return (
    <Group gap="sm">
      <JobState job={job} />
      <span>
        answered by {model}, begun by {who} <When at={createdAt} />
      </span>
      {startedAt !== null && endedAt !== null && (
        <span>took {duration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1_000)}</span>
      )}
      <Copyable text={id} shown={id.slice(0, 12)} what="the job's id" />
    </Group>
  );
}

/** Where it is; why it failed; what to do then. */
function Progress({ job }: { job: Job }) {
  const { id, state, idle, source, total, done: answered, failed: wrong, error } = job;
  const { cancel, resume } = useDeeds(id);
  const mine = useMine(job);
  if (isOpen(job)) {
    return (
      <Paper withBorder p="md">
        <LongAction
          title={state === 'receiving' ? 'Images are arriving' : idle ? 'Stopped' : 'Scoring'}
          part={state === 'receiving' || total === 0 ? null : answered / total}
          note={progressWords(job)}
          onCancel={mine ? () => cancel.mutate() : undefined}
          cancelling={cancel.isPending}
        />
        {error !== null && !idle && (
          <Text size="sm" c="dimmed" mt="xs">
            A part of it broke off and is tried again: {error}
          </Text>
        )}
        {idle && (
          <Stack mt="xs">
            {source === 'upload' ? <Text size="sm">A server goes on with it once it can.</Text> : <GoOnThere id={id} />}
          </Stack>
        )}
      </Paper>
    );
  }
  if (state === 'failed') {
    return (
      <Alert color="red" title="The job failed" role="alert">
        <Text size="sm">{error ?? 'It broke off.'}</Text>
        <Text size="sm">{progressWords(job)}. What is done is kept.</Text>
        {source !== 'upload' && <GoOnThere id={id} />}
        {mine && source === 'upload' && (
          <Button size="xs" variant="default" mt="xs" onClick={() => resume.mutate()} loading={resume.isPending}>
            Go on with it
          </Button>
        )}
      </Alert>
    );
  }
  return (
    <Text size="sm" data-testid="job-end">
      {state === 'cancelled'
        ? `Cancelled: ${progressWords(job)}. What is done is kept.`
        : `${progressWords(job)}${wrong === 0 ? ', none with an error' : ''}.`}
    </Text>
  );
}

function GoOnThere({ id }: { id: string }) {
  return (
    <Group gap={4}>
      <Text size="sm">Go on with it where its images are:</Text>
      <Copyable text={`osler score --job ${id.slice(0, 12)}`} what="the command" />
    </Group>
  );
}

/** Ended by who began it, or by who manages the server. */
function useMine({ who }: Job): boolean {
  const user = useAbout().data?.user?.name;
  const may = useMay('predict');
  const manages = useMay('manage');
  return may && (manages || user === who);
}

function useDeeds(id: string) {
  const client = useQueryClient();
  const refresh = (job: Job): void => {
    client.setQueryData(jobQuery(id).queryKey, job);
    void client.invalidateQueries({ queryKey: ['jobs'] });
  };
  const path = { params: { path: { id } } };
  const cancel = useMutation({
    mutationFn: () => ask(api.POST('/v1/jobs/{id}/cancel', path)),
    onSuccess: refresh,
    onError: failed,
  });
  const resume = useMutation({
    mutationFn: () => ask(api.POST('/v1/jobs/{id}/resume', path)),
    onSuccess: refresh,
    onError: failed,
  });
  return { cancel, resume };
}

function Actions({ job, onDeleting }: { job: Job; onDeleting: (deleting: boolean) => void }) {
  const { id, name, done: answered } = job;
  const [asked, setAsked] = useState(false);
  const navigate = Route.useNavigate();
  const client = useQueryClient();
  const mine = useMine(job);
  const file = (format: 'csv' | 'jsonl') => `/v1/jobs/${id}/result?format=${format}`;
  const save = (format: 'csv' | 'jsonl', label: string) => (
    <Button
      component="a"
      href={file(format)}
      download
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {label}
    </Button>
  );
  return (
    <>
      {answered > 0 && (
        <>
          {save('csv', 'CSV')}
          {save('jsonl', 'JSON lines')}
        </>
      )}
      {mine && (
        <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsked(true)}>
          Delete
        </Button>
      )}
      <ConfirmTyped
        opened={asked}
        onClose={() => setAsked(false)}
        title="Delete the job"
        word={name}
        action="Delete it"
        onConfirm={async () => {
          onDeleting(true);
          try {
            await client.cancelQueries({ queryKey: ['job', id] });
            await ask(api.DELETE('/v1/jobs/{id}', { params: { path: { id } } }));
          } catch (error) {
            onDeleting(false);
            throw error;
          }
          await navigate({ to: '/jobs' });
          void client.invalidateQueries({ queryKey: ['jobs'] });
          done(`${name} is deleted.`);
        }}
      >
        Its answers are forgotten, and it stops where it is under way. What a deployment answered stays in the
        deployment's log.
      </ConfirmTyped>
    </>
  );
}
