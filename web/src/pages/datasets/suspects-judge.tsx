import { Button, Group, Select, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { CameToNothing, useWhenEnded } from '../../components/begun.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { done, failed } from '../../components/notify.tsx';
import type { Ref, SuspectsAnswer } from './queries.ts';

const route = getRouteApi('/datasets/$name/$version');

type Judge = SuspectsAnswer['judges'][number];

const KINDS: Record<Judge['kind'], string> = { run: 'one network', seeds: 'several seeds', folds: 'folds' };

export const judgeWords = ({ kind, name, id }: Pick<Judge, 'kind' | 'name' | 'id'>): string =>
  `${name} (${KINDS[kind]}, ${id.slice(0, 6)})`;

interface Props {
  of: Ref;
  judges: readonly Judge[];
  by: string | undefined;
  onBy: () => void;
}

/** Who judges, and that they are to judge now: how far that is. */
export function JudgeLabels({ of, judges, by, onBy }: Props) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const may = useMay('write');
  const ref = `${of.name}@${of.version}`;
  const begun = useQuery({
    queryKey: ['running', 'suspects', ref],
    queryFn: async ({ signal }) => {
      const { trainings } = await ask(api.GET('/v1/trainings', { params: { query: { limit: 50 } }, signal }));
      return trainings.filter(({ kind, dataset }) => kind === 'suspects' && dataset === ref);
    },
    refetchInterval: ({ state }) => (state.data?.some(({ endedAt }) => endedAt === null) ? 1_000 : false),
  });
  const begin = useMutation({
    mutationFn: (judge: string) =>
      ask(api.POST('/v1/datasets/{name}/versions/{version}/suspects', { params: { path: of }, body: { by: judge } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['running'] }),
  });
  const stop = useMutation({
    mutationFn: (training: string) =>
      ask(api.POST('/v1/trainings/{training}/stop', { params: { path: { training } } })),
    onError: failed,
  });
  const own = begun.data ?? [];
  useWhenEnded(own, ({ state }) => {
    void client.invalidateQueries({ queryKey: ['datasets'] });
    if (state === 'finished') done('The labels are judged.');
  });
  const open = own.find(({ endedAt }) => endedAt === null);
  const chosen = judges.find(({ id }) => id === by);
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label="Judged by"
          w={{ base: '100%', xs: 340 }}
          data={judges.map((one) => ({ value: one.id, label: judgeWords(one) }))}
          value={by ?? null}
          allowDeselect={false}
          onChange={(next) => {
            if (next === null) return;
            onBy();
            void navigate({
              search: ({ label: _, suggested: _other, ...before }) => ({ ...before, by: next }),
              replace: true,
              resetScroll: false,
            });
          }}
        />
        <Button
          variant={chosen?.judgedAt == null ? 'filled' : 'default'}
          disabled={!may || by === undefined || open !== undefined}
          loading={begin.isPending}
          onClick={() => by !== undefined && begin.mutate(by)}
        >
          {chosen?.judgedAt == null ? 'Judge the labels' : 'Judge them again'}
        </Button>
      </Group>
      {begin.error !== null && <FaultPanel error={begin.error} title="It was not begun." />}
      {open !== undefined && (
        <LongAction
          title={`Judging the labels of ${ref}`}
          part={partOf(open.progress)}
          note={open.progress?.task ?? 'starting'}
          onCancel={may ? () => stop.mutate(open.id) : undefined}
          cancelling={stop.isPending || stop.isSuccess}
        />
      )}
      {open === undefined && own[0] !== undefined && own[0].state !== 'finished' && (
        <CameToNothing training={own[0]} what="Judging the labels" />
      )}
    </Stack>
  );
}

const partOf = (progress: { done: number; total?: number } | null): number | null =>
  progress?.total === undefined || progress.total === 0 ? null : progress.done / progress.total;
