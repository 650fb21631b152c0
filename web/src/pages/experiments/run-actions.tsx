import { Button, Tooltip } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { done, failed } from '../../components/notify.tsx';
import type { RunDetail } from './queries.ts';

/** What can be done with a run: stop it, go on with it, hide it. */
export function RunActions({ run }: { run: RunDetail }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('write');
  const path = { params: { path: { run: run.id } } };
  const refresh = async () => {
    await Promise.all(['run', 'runs', 'running'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
  const stop = useMutation({
    mutationFn: () => ask(api.POST('/v1/runs/{run}/stop', path)),
    onSuccess: () => done('It stops at its next step, and can go on later.'),
    onError: failed,
  });
  const resume = useMutation({
    mutationFn: () => ask(api.POST('/v1/runs/{run}/resume', path)),
    onSuccess: async () => {
      await refresh();
      done('It goes on from its last checkpoint.');
    },
    onError: failed,
  });
  const restore = async () => {
    await ask(api.POST('/v1/runs/{run}/restore', path));
    await refresh();
  };
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/runs/{run}', path)),
    onSuccess: async () => {
      await refresh();
      done(`"${run.name}" is deleted.`, restore);
      void navigate({ to: '/runs' });
    },
    onError: failed,
  });
  const bringBack = useMutation({ mutationFn: restore, onSuccess: () => done('Restored.'), onError: failed });
  if (run.deleted)
    return (
      <Button variant="default" disabled={!may} loading={bringBack.isPending} onClick={() => bringBack.mutate()}>
        Restore
      </Button>
    );
  const ours = run.origin === 'osler';
  const running = run.status === 'running';
  const trial = run.tags['osler.sweep'];
  return (
    <>
      {ours && running && (
        <Tooltip
          label={trial === undefined ? 'At the next step, with a checkpoint' : 'A trial is stopped with its sweep'}
        >
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            disabled={!may || trial !== undefined}
            loading={stop.isPending || stop.isSuccess}
            onClick={() => stop.mutate()}
          >
            Stop
          </Button>
        </Tooltip>
      )}
      {ours && (run.status === 'interrupted' || run.status === 'failed') && (
        <Tooltip label="A trial goes on with its sweep" disabled={trial === undefined}>
          <Button
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            disabled={!may || trial !== undefined}
            loading={resume.isPending}
            onClick={() => resume.mutate()}
          >
            Resume
          </Button>
        </Tooltip>
      )}
      {!running && (
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden />}
          disabled={!may}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Delete
        </Button>
      )}
    </>
  );
}
