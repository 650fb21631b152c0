import { Alert, Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { LongAction } from '../../components/long-action.tsx';
import { done, failed } from '../../components/notify.tsx';
import { isOpen, type Training, trainingsQuery } from './queries.ts';

/** Failures that are still news. */
const NEWS_MS = 15 * 60_000;

/** What was begun from the page: how far it is, and the way to stop it. */
export function RunningNow() {
  const { data } = useQuery(trainingsQuery());
  const open = data?.trainings.filter(isOpen) ?? [];
  const broken = (data?.trainings ?? []).filter(
    ({ state, endedAt }) => state === 'failed' && endedAt !== null && Date.now() - Date.parse(endedAt) < NEWS_MS,
  );
  if (open.length === 0 && broken.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg">
      {open.map((training) => (
        <Paper key={training.id} withBorder p="sm">
          <TrainingProgress training={training} />
        </Paper>
      ))}
      {broken.map((training) => (
        <TrainingFailed key={training.id} training={training} />
      ))}
    </Stack>
  );
}

/** Why it did not come to its end. */
export function TrainingFailed({ training: { id, name, error } }: { training: Training }) {
  return (
    <Alert color="red" title={`"${name}" failed`}>
      <Text size="sm">{error?.message}</Text>
      {error?.hint !== undefined && <Text size="sm">{error.hint}</Text>}
      <Anchor size="sm" component={Link} to="/runs/trainings/$training" params={{ training: id } as never}>
        What it said
      </Anchor>
    </Alert>
  );
}

const WORDS = {
  train: 'Training',
  resume: 'Going on with',
  sweep: 'Sweep',
  demo: 'Demo',
  register: 'Registering',
  evaluate: 'Measuring',
  suspects: 'Judging the labels of',
} as const;

/** What can go on where it was stopped; all else is begun again. */
const GOES_ON: readonly Training['kind'][] = ['train', 'resume', 'sweep'];

/** `steered`: the page has a button to stop it already. */
export function TrainingProgress({ training, steered = false }: { training: Training; steered?: boolean }) {
  const client = useQueryClient();
  const may = useMay('write');
  const stop = useMutation({
    mutationFn: (): Promise<unknown> =>
      training.kind === 'sweep' && training.sweep !== null
        ? ask(api.POST('/v1/sweeps/{sweep}/stop', { params: { path: { sweep: training.sweep } }, body: { now: true } }))
        : ask(api.POST('/v1/trainings/{training}/stop', { params: { path: { training: training.id } } })),
    onSuccess: () => {
      done(
        GOES_ON.includes(training.kind)
          ? `"${training.name}" stops at its next step; it can go on later.`
          : `"${training.name}" stops; it can be begun again.`,
      );
      void client.invalidateQueries({ queryKey: ['running'] });
    },
    onError: failed,
  });
  const { state } = training;
  return (
    <>
      <LongAction
        title={`${WORDS[training.kind]} "${training.name}"${training.split === null ? '' : ` on ${training.split}`}`}
        part={partOf(training)}
        note={noteOf(training)}
        onCancel={may && !steered ? () => stop.mutate() : undefined}
        cancelling={stop.isPending || (stop.isSuccess && isOpen({ state }))}
      />
      <Group gap="md" mt={4}>
        {training.run !== null && GOES_ON.includes(training.kind) && (
          <Anchor
            size="sm"
            component={Link}
            to="/runs/$run"
            params={{ run: training.run } as never}
            search={{ part: 'curves' } as never}
          >
            Its curves
          </Anchor>
        )}
        {training.group !== null && (
          <Anchor size="sm" component={Link} to="/runs/groups/$group" params={{ group: training.group } as never}>
            The group
          </Anchor>
        )}
        {training.sweep !== null && (
          <Anchor size="sm" component={Link} to="/runs/sweeps/$sweep" params={{ sweep: training.sweep } as never}>
            The sweep
          </Anchor>
        )}
        <Anchor size="sm" component={Link} to="/runs/trainings/$training" params={{ training: training.id } as never}>
          What it says
        </Anchor>
      </Group>
    </>
  );
}

/** Of the whole: a training tells how far its epoch is, and which one of how many. */
function partOf({ progress }: Training): number | null {
  if (progress?.total === undefined || progress.total === 0) return null;
  const within = progress.done / progress.total;
  const [, epoch, epochs] = /^epoch (\d+)\/(\d+)/.exec(progress.task) ?? [];
  return epochs === undefined ? within : (Number(epoch) - 1 + within) / Number(epochs);
}

function noteOf({ progress, state }: Training): string {
  if (progress === null) return state === 'starting' ? 'starting' : 'running';
  const of = progress.total === undefined ? String(progress.done) : `${progress.done} of ${progress.total}`;
  return [`${progress.task}, ${of}`, progress.note].filter(Boolean).join(' · ');
}
