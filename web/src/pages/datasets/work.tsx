import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { Fault } from '../../api/fault.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { failed } from '../../components/notify.tsx';
import type { Ref, Task } from './queries.ts';

const TITLES: Record<string, string> = {
  'dataset.audit': 'Auditing',
  'dataset.accept': 'Writing down the acceptance',
  'dataset.mend': 'Mending the split',
  'dataset.split': 'Splitting anew',
  'dataset.amend': 'Writing the decisions',
};

/** It came to nothing: told until something else was done, also after the server was started anew. */
const UNDONE: readonly Task['state'][] = ['failed', 'interrupted'];
const EVERY_MS = 600;

/** Work on a version that is under way, whoever began it; `onDone` hears of what this page saw ending. */
export function useWork({ name, version }: Ref, onDone: (task: Task) => void) {
  const client = useQueryClient();
  const subject = `dataset ${name}@${version}`;
  const [watched, setWatched] = useState<string>();
  const found = useQuery({
    queryKey: ['tasks', subject],
    queryFn: async ({ signal }) => (await ask(api.GET('/v1/tasks', { params: { query: { subject } }, signal }))).tasks,
    refetchInterval: ({ state }) => (state.data?.some((task) => task.state === 'running') ? EVERY_MS : false),
  });
  const running = found.data?.find((task) => task.state === 'running');
  const last = found.data?.find(({ id }) => id === watched);
  const newest = found.data?.[0];
  const watch = (task: Task): void => {
    setWatched(task.id);
    client.setQueryData(['tasks', subject], (before: Task[] | undefined) => [task, ...(before ?? [])]);
  };
  useEffect(() => {
    if (running !== undefined) setWatched(running.id);
  }, [running]);
  const tell = useRef(onDone);
  tell.current = onDone;
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (last === undefined || last.state === 'running' || told.current === last.id) return;
    told.current = last.id;
    if (last.state === 'done') {
      void client.invalidateQueries({ queryKey: ['datasets'] });
      tell.current(last);
    }
  }, [last, client]);
  return {
    running,
    ended: newest !== undefined && UNDONE.includes(newest.state) ? newest : undefined,
    again: useMutation({
      mutationFn: (id: string) => ask(api.POST('/v1/tasks/{id}/again', { params: { path: { id } } })),
      onSuccess: (task) => watch(task),
      onError: failed,
    }),
    /** Shows work that was just begun. */
    watch,
    stop: async (id: string) => {
      await ask(api.DELETE('/v1/tasks/{id}', { params: { path: { id } } })).catch(failed);
      await found.refetch();
    },
  };
}

export type Work = ReturnType<typeof useWork>;

/** Where the work is, with the way to stop it; and why it failed. */
export function WorkPanel({ work: { running, ended, stop, again } }: { work: Work }) {
  const [write, decide] = [useMay('write'), useMay('decide')];
  const may = ({ what }: Task): boolean => write || (decide && what === 'dataset.accept');
  const [stopping, setStopping] = useState(false);
  if (running !== undefined) {
    const at = running.progress.at(-1);
    const part = at?.total === undefined || at.total === 0 ? null : at.done / at.total;
    const note =
      at === undefined
        ? undefined
        : `${at.task}${at.total === undefined ? '' : ` ${at.done} of ${at.total}`}${at.note === undefined ? '' : `, ${at.note}`}`;
    return (
      <LongAction
        title={TITLES[running.what] ?? running.what}
        part={part}
        note={note}
        cancelling={stopping}
        onCancel={
          may(running)
            ? () => {
                setStopping(true);
                void stop(running.id).finally(() => setStopping(false));
              }
            : undefined
        }
      />
    );
  }
  if (ended?.error == null) return null;
  const interrupted = ended.state === 'interrupted';
  return (
    <FaultPanel
      title={`${TITLES[ended.what] ?? ended.what}${interrupted ? ' was interrupted.' : ': it came to nothing.'}`}
      error={new Fault(ended.error)}
      onRetry={may(ended) && interrupted ? () => again.mutate(ended.id) : undefined}
      retry="Begin it again"
    />
  );
}
