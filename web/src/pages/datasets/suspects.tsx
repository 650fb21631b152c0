import { Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Go } from '../../components/link.tsx';
import { isAbsent } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { count, counted, percent } from '../../say.ts';
import { ImageView } from './image-view.tsx';
import { Pager } from './pager.tsx';
import { type Ref, type SuspectsAnswer, suspects, type Version } from './queries.ts';
import { SuspectCard } from './suspect-card.tsx';
import { JudgeLabels, judgeWords } from './suspects-judge.tsx';

const route = getRouteApi('/datasets/$name/$version');
const PAGE = 24;

type Found = NonNullable<SuspectsAnswer['found']>;

/** Labels that are likely wrong, as networks that did not learn from the images see it; what is decided makes the next version. */
export function SuspectsPart({ of, opened }: { of: Ref; opened: Version }) {
  const { by, label, suggested } = route.useSearch();
  const [page, setPage] = useState(0);
  const read = useQuery({
    ...suspects(of, { by, label, suggested, offset: page * PAGE, limit: PAGE }),
    placeholderData: (before) => before,
  });
  if (isAbsent(read)) return <FaultPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <Skeleton height={320} aria-label="Loading" />;
  const { judges, found } = read.data;
  if (judges.length === 0 && found === null)
    return (
      <EmptyState
        title="Nothing was trained on this version yet"
        actions={
          <Go to="/runs/new" search={{ dataset: of.name }} size="sm" underline="always">
            Begin a training
          </Go>
        }
      >
        Labels are judged by networks that did not learn from the image: best by folds, which judge every image.
        {opened.parent !== null && (
          <>
            {' '}
            What was found in{' '}
            <Go
              to="/datasets/$name/$version"
              params={{ name: of.name, version: String(opened.parent.version) }}
              search={{ part: 'suspects' }}
              underline="always"
            >
              version {opened.parent.version}
            </Go>{' '}
            stays there.
          </>
        )}
      </EmptyState>
    );
  return (
    <Stack gap="md">
      <JudgeLabels of={of} judges={judges} by={by ?? found?.by.id ?? judges[0]?.id} onBy={() => setPage(0)} />
      {found === null ? (
        <Text size="sm">
          These networks have not judged the labels yet. That takes about as long as measuring them on all their images.
        </Text>
      ) : (
        <List of={of} opened={opened} found={found} page={page} onPage={setPage} />
      )}
    </Stack>
  );
}

interface ListProps {
  of: Ref;
  opened: Version;
  found: Found;
  page: number;
  onPage: (page: number) => void;
}

function List({ of, opened, found, page, onPage }: ListProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [image, setImage] = useState<number>();
  const { all, total, offset, suspects: shown, pairs, notes, createdAt, by, estimated } = found;
  const pair = search.label === undefined ? null : `${search.label}\n${search.suggested}`;
  const choose = (next: string | null): void => {
    const [label, suggested] = next?.split('\n') ?? [];
    onPage(0);
    void navigate({
      search: ({ label: _, suggested: _other, ...before }) => ({
        ...before,
        ...(label === undefined || suggested === undefined ? {} : { label, suggested }),
      }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      <Text size="sm">
        <b>{counted(all, 'label is suspect', 'labels are suspect')}</b>
        {estimated === null
          ? '; how many are wrong can not be told.'
          : `; about ${count(Math.round(estimated.errors))} (${percent(estimated.share)}) are estimated to be wrong.`}{' '}
        Judged <When at={createdAt} /> by {judgeWords(by)}: {judgedWords(found)}
      </Text>
      {notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
      {all === 0 ? (
        <EmptyState title="No label is suspect">The networks agree with the labels wherever they are sure.</EmptyState>
      ) : (
        <>
          <Select
            size="sm"
            maw={420}
            label="Taken for something else"
            placeholder="all of them"
            clearable
            searchable={pairs.length > 8}
            data={pairs.map((one) => ({
              value: `${one.label}\n${one.suggested}`,
              label: `${one.label} taken for ${one.suggested}: ${one.suspects}`,
            }))}
            value={pair}
            onChange={choose}
          />
          <div className="suspects">
            {shown.map((one) => (
              <SuspectCard key={one.number} of={of} suspect={one} onLarge={() => setImage(one.number)} />
            ))}
          </div>
          {total > PAGE && (
            <Pager
              page={page}
              onPage={onPage}
              offset={offset}
              shown={shown.length}
              total={total}
              order="the surest first"
            />
          )}
        </>
      )}
      <ImageView of={of} opened={opened} number={image} onClose={() => setImage(undefined)} />
    </>
  );
}

function judgedWords({ judged, notJudged }: Found): string {
  const parts = Object.entries(judged).map(([split, images]) => `${count(images)} of ${split}`);
  const rest = notJudged === 0 ? '' : `; ${count(notJudged)} that it learned from it can not judge`;
  return `${parts.join(', ') || 'none'}${rest}.`;
}
