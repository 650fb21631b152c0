import { Button, Progress, Text } from '@mantine/core';
import { IconFolders, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { count, duration } from '../../say.ts';
import { JobState } from './job-state.tsx';
import { isOpen, type Job, jobsQuery } from './queries.ts';
import { SendingNow } from './sending-now.tsx';

export const Route = createLazyRoute('/jobs')({ component: Jobs });

/** All scoring jobs, newest first. */
function Jobs() {
  const may = useMay('predict');
  const navigate = Route.useNavigate();
  const found = useInfiniteQuery({ ...jobsQuery(), enabled: may });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const data = lastRead(found);
  const jobs = useMemo(() => data?.pages.flatMap((page) => page.jobs), [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (!may) {
    return (
      <Page title="Jobs" about="Folders and archives of images, scored" bare>
        <EmptyState
          icon={<IconFolders size={36} stroke={1.4} aria-hidden />}
          title="Jobs are for those who may send images"
        >
          You may look at the rest; this takes the permission "predict", which a clinician has.
        </EmptyState>
      </Page>
    );
  }
  if (jobs === undefined) return <Absent title="Jobs" query={found} />;
  const begin = may && (
    <Button component={Link} to="/jobs/new" leftSection={<IconPlus size={16} aria-hidden />}>
      Score images
    </Button>
  );
  return (
    <Page title="Jobs" about="Folders and archives of images, scored" actions={jobs.length > 0 && begin} query={found}>
      <SendingNow />
      <DataTable
        label="Jobs"
        rows={jobs}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        onOpen={({ id }) => void navigate({ to: '/jobs/$job', params: { job: id } })}
        onEnd={more}
        empty={
          <EmptyState
            icon={<IconFolders size={36} stroke={1.4} aria-hidden />}
            title="No job yet"
            command="osler score FOLDER --deployment NAME"
            actions={begin}
          >
            A job answers a whole folder or archive and gives a table of all answers. It goes on when the page is
            closed, and after the server was started again.
          </EmptyState>
        }
      />
    </Page>
  );
}

const COLUMNS: readonly Column<Job>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 180,
    grow: 2,
    cell: ({ id, name }) => (
      <Link to="/jobs/$job" params={{ job: id }} className="clip" title={name} style={{ color: 'inherit' }}>
        {name}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: 120, cell: (job) => <JobState job={job} /> },
  { id: 'done', header: 'Images', width: 190, grow: 1, cell: (job) => <Done job={job} /> },
  {
    id: 'failed',
    header: 'With an error',
    width: 120,
    align: 'right',
    cell: ({ failed }) =>
      failed === 0 ? (
        '0'
      ) : (
        <Text size="sm" fw={600} c="var(--mantine-color-error)">
          {count(failed)}
        </Text>
      ),
  },
  { id: 'model', header: 'Who answers', width: 140, grow: 1, cell: ({ model }) => model },
  { id: 'who', header: 'Begun by', width: 120, cell: ({ who }) => who },
  { id: 'at', header: 'Begun', width: 130, cell: ({ createdAt }) => <When at={createdAt} /> },
  {
    id: 'took',
    header: 'Time',
    width: 90,
    align: 'right',
    cell: ({ startedAt, endedAt }) =>
      startedAt === null || endedAt === null
        ? ''
        : duration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1_000),
  },
];

function Done({ job }: { job: Job }) {
  const { name, state, done, total } = job;
  if (!isOpen(job) || state === 'receiving')
    return (
      <span className="data-table-text">
        {done === total || state === 'receiving' ? count(total) : `${count(done)} of ${count(total)}`}
      </span>
    );
  return (
    <>
      <Progress value={total === 0 ? 0 : (100 * done) / total} w={80} size="sm" aria-label={`Images of ${name}`} />
      <span className="data-table-text">
        {count(done)} of {count(total)}
      </span>
    </>
  );
}
