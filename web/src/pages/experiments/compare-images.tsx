import {
  Badge,
  Button,
  Group,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  useComputedColorScheme,
} from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { Swatch } from '../../charts/index.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { isAbsent } from '../../components/reading.ts';
import { count, figures } from '../../say.ts';
import type { ComparedRun } from './compare-data.ts';

type Show = 'wrong' | 'differ' | 'all-wrong' | 'all';

interface Chosen {
  split?: string | undefined;
  show?: Show | undefined;
  label?: string | undefined;
}

interface Props {
  runs: readonly ComparedRun[];
  ids: readonly string[];
  chosen: Chosen;
  onChoose: (change: Chosen) => void;
}

const PAGE = 48;
/** The route takes no more at once. */
const MOST = 20;

/** Images that the runs, evaluated on one split, decided differently or wrongly. */
export function CompareImages({ runs, ids, chosen, onChoose }: Props) {
  const scheme = useComputedColorScheme('light');
  const show = chosen.show ?? (ids.length > 1 ? 'differ' : 'wrong');
  const split = chosen.split ?? 'test';
  const asked = ids.slice(0, MOST);
  const query = useInfiniteQuery({
    queryKey: ['runs', 'errors', asked, split, show, chosen.label ?? null],
    queryFn: ({ pageParam, signal }) => {
      const body = {
        runs: [...asked],
        split,
        show,
        offset: pageParam,
        limit: PAGE,
        ...(chosen.label === undefined ? {} : { label: chosen.label }),
      };
      return ask(api.POST('/v1/compare/errors', { body, signal }));
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const shown = pages.length * PAGE;
      return shown < last.total ? shown : undefined;
    },
    retry: false,
    staleTime: 60_000,
  });
  const first = query.data?.pages[0];
  const byId = new Map(runs.map((run) => [run.id, run]));
  return (
    <Stack gap="md">
      <Group align="flex-end">
        <SegmentedControl
          size="xs"
          aria-label="Which images"
          value={show}
          onChange={(next) => onChoose({ show: next as Show })}
          data={[
            { value: 'differ', label: 'Runs differ' },
            { value: 'all-wrong', label: 'All wrong' },
            { value: 'wrong', label: 'Some wrong' },
            { value: 'all', label: 'All' },
          ]}
        />
        <Select
          size="xs"
          w={120}
          aria-label="Split"
          data={['test', 'val', 'train']}
          value={split}
          onChange={(next) => onChoose({ split: next ?? undefined })}
          allowDeselect={false}
        />
        <Select
          size="xs"
          w={180}
          aria-label="True class"
          placeholder="Any true class"
          clearable
          data={first?.classes ?? []}
          value={chosen.label ?? null}
          onChange={(next) => onChoose({ label: next ?? undefined })}
        />
      </Group>
      {isAbsent(query) || query.isFetchNextPageError ? (
        <FaultPanel
          error={query.error}
          title="These runs can't be compared image by image."
          onRetry={() => void query.refetch()}
        />
      ) : first === undefined ? (
        <Skeleton height={240} />
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {count(first.total)} images.{' '}
            {first.runs
              .map(({ name, measured, samples, wrong }) =>
                measured ? `${name}: ${wrong} of ${samples} wrong` : `${name}: not evaluated on ${split}`,
              )
              .join(' · ')}
          </Text>
          {first.total === 0 && <Text c="dimmed">There is no such image.</Text>}
          <div className="error-grid">
            {query.data!.pages.flatMap(({ samples }) =>
              samples.map((sample) => (
                <article key={sample.id} className="chart-card">
                  {sample.number === null ? (
                    <Text size="xs" c="dimmed">
                      The image is no longer in the dataset.
                    </Text>
                  ) : (
                    <img
                      className="error-picture"
                      loading="lazy"
                      src={`/v1/datasets/${encodeURIComponent(first.dataset.name)}/versions/${first.dataset.version}/images/${sample.number}?side=320`}
                      alt={`${sample.label}, number ${sample.number} of the dataset`}
                    />
                  )}
                  <Text size="sm" mt={6}>
                    Truth: <b>{sample.label}</b>
                  </Text>
                  {sample.answers.map((answer, i) => {
                    const run = byId.get(first.runs[i]!.run);
                    if (answer === null || run === undefined) return null;
                    return (
                      <Group key={run.id} gap={6} wrap="nowrap" mt={2}>
                        <Swatch place={run.place} scheme={scheme} />
                        <Text size="xs" className="clip" style={{ flex: 1 }} title={run.name}>
                          {answer.predicted} {figures(answer.probability, 2)}{' '}
                          <Text span c="dimmed" size="xs">
                            {run.name}
                          </Text>
                        </Text>
                        <Badge size="xs" color={answer.right ? 'teal' : 'orange'} variant="light">
                          {answer.right ? 'right' : 'wrong'}
                        </Badge>
                      </Group>
                    );
                  })}
                </article>
              )),
            )}
          </div>
          {query.hasNextPage && (
            <Group justify="center">
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                More images
              </Button>
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}
