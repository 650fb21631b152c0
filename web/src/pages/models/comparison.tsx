import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { direction } from '../../../../src/evaluation/comparison/direction.ts';
import { api, ask } from '../../api/client.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Forest } from '../../components/forest.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { metricName } from '../../metric-words.ts';
import { figures } from '../../say.ts';
import { type Standing, standing as standingQuery } from './queries.ts';

/** The comparison with the champion on the same samples: begun here, its progress, what came out. */
export function ChampionComparison({ standing }: { standing: Standing }) {
  const client = useQueryClient();
  const path = { name: standing.model, version: standing.version };
  const address = '/v1/models/{name}/versions/{version}/comparison' as const;
  const take = (next: Standing): void => {
    client.setQueryData(standingQuery(path).queryKey, next);
  };
  const begin = useMutation({ mutationFn: () => ask(api.POST(address, { params: { path } })), onSuccess: take });
  const cancel = useMutation({ mutationFn: () => ask(api.DELETE(address, { params: { path } })), onSuccess: take });
  const { comparison } = standing;
  if (comparison === null) return null;
  const { champion, work, result } = comparison;
  const name = `${standing.model}@${champion}`;
  if (work?.state === 'running') {
    return (
      <LongAction
        title={`Comparing with ${name} on the same samples`}
        part={work.total === null || work.done === null || work.total === 0 ? null : work.done / work.total}
        note={
          work.task === null
            ? 'waiting for its turn'
            : `${work.task} ${work.done ?? ''}${work.total === null ? '' : ` of ${work.total}`}`
        }
        onCancel={() => cancel.mutate()}
        cancelling={cancel.isPending}
      />
    );
  }
  if (result !== null) return <Result result={result} champion={name} />;
  return (
    <Stack gap="xs">
      {work?.state === 'failed' && (
        <Alert color="orange" title={ENDED[work.error.code] ?? 'They could not be compared'}>
          {work.error.message} {work.error.hint}
          {ENDED[work.error.code] !== undefined && ' That says nothing of the versions: begin it again.'}
        </Alert>
      )}
      <Text size="sm">
        The policy asks whether this version is worse than the champion {name}. Both answer the same test samples; that
        takes a minute or some.
      </Text>
      {begin.error !== null && <FaultPanel error={begin.error} />}
      <Group>
        <Button
          variant="default"
          onClick={() => begin.mutate()}
          loading={begin.isPending}
          disabled={!standing.mayDecide}
        >
          Compare with {name}
        </Button>
      </Group>
    </Stack>
  );
}

/** What came to its end by nothing of the versions. */
const ENDED: Record<string, string> = {
  INTERRUPTED: 'The comparison was interrupted',
  STORE_FAILED: 'The store failed while they were compared',
};

type Result = NonNullable<NonNullable<Standing['comparison']>['result']>;

function Result({ result, champion }: { result: Result; champion: string }) {
  const { difference, margin, metric, on, samples, groups, notes } = result;
  const { low, high } = difference;
  const lowerIsBetter = direction(metric) < 0;
  const ends = lowerIsBetter ? ['better', 'worse'] : ['worse', 'better'];
  const span = Math.max(0.02, ...[low, high, difference.difference, margin].map((x) => Math.abs(x ?? 0))) * 1.3;
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {metricName(metric)}: {signed(difference.difference)} against {champion}
        {low !== null && high !== null && (
          <Text span size="sm" c="dimmed" fw={400}>
            {' '}
            (95% interval {signed(low)} to {signed(high)})
          </Text>
        )}
      </Text>
      {difference.difference !== null && (
        <div style={{ maxWidth: 420 }}>
          <Forest
            value={difference.difference}
            low={low}
            high={high}
            from={-span}
            to={span}
            marks={margin === null ? [0] : [lowerIsBetter ? margin : -margin, 0]}
            label={`Difference in ${metricName(metric)} with its interval, and the lines of no difference${margin === null ? '' : ` and of the margin ${margin}`}`}
          />
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {ends[0]}
            </Text>
            {margin !== null && (
              <Text size="xs" c="dimmed">
                dashed: no difference, and {margin} worse
              </Text>
            )}
            <Text size="xs" c="dimmed">
              {ends[1]}
            </Text>
          </Group>
        </div>
      )}
      <Text size="xs" c="dimmed">
        On {on}: {samples} samples of {groups} patients or lesions. {notes.join(' ')}
      </Text>
    </Stack>
  );
}

function signed(value: number | null): string {
  if (value === null) return 'not estimable';
  return `${value < 0 ? '−' : '+'}${figures(Math.abs(value))}`;
}
