import { Button, Group, Loader, Table, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconBox, IconHistory, IconPlus, IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Interval } from '../../components/interval.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { metricName } from '../../metric-words.ts';
import { counted } from '../../say.ts';
import './models.css';
import { Go, GoBadge } from '../../components/link.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { overview, type Summary } from './queries.ts';
import { RegisterModal } from './register.tsx';
import { Overridden, VersionStatus } from './status.tsx';
import { nameFilter } from './words.ts';

const route = getRouteApi('/models');

/** All registered models: what is live of each, and what waits for a decision. */
export function ModelsPage() {
  const { find, register } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('write');
  const registering = (run: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, register: run }) as typeof before });
  const list = useInfiniteQuery({ ...overview(nameFilter(find)), placeholderData: keepPreviousData });
  const read = lastRead(list);
  if (read === undefined) return <Absent title="Models" query={list} />;
  const models = read.pages.flatMap((page) => page.models);
  const waiting = models.reduce((sum, { pending }) => sum + pending.length, 0);
  return (
    <Page
      title="Models"
      query={list}
      about={
        waiting > 0
          ? `${counted(waiting, 'version')} ${waiting === 1 ? 'waits' : 'wait'} for a decision.`
          : 'Registered versions, the evidence they were approved on, and what is live.'
      }
      actions={
        <>
          <Tooltip label="This needs the role engineer or admin." disabled={mayWrite}>
            <Button
              leftSection={<IconPlus size={16} stroke={1.6} aria-hidden />}
              onClick={() => registering('new')}
              disabled={!mayWrite}
            >
              Register a run
            </Button>
          </Tooltip>
          <Button
            component={Link}
            to="/live"
            variant="default"
            leftSection={<IconHistory size={16} stroke={1.6} aria-hidden />}
          >
            What was live
          </Button>
          <Button
            component={Link}
            to="/trail"
            variant="default"
            leftSection={<IconShieldCheck size={16} stroke={1.6} aria-hidden />}
          >
            Audit trail
          </Button>
        </>
      }
    >
      {(models.length > 0 || find !== undefined) && <Find find={find} />}
      {models.length > 0 ? (
        <>
          <ModelTable models={models} />
          {list.hasNextPage && (
            <Button
              mt="md"
              variant="default"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              More models
            </Button>
          )}
        </>
      ) : find !== undefined ? (
        <EmptyState
          title={`No model's name holds "${find}"`}
          icon={<IconSearch size={36} stroke={1.4} aria-hidden />}
        />
      ) : (
        <EmptyState title="No registered models yet" icon={<IconBox size={36} stroke={1.4} aria-hidden />}>
          A run becomes version 1 of a model when it is registered: exported, compared with the engine, signed. People
          approve it here on its evidence, and the alias champion makes it live.
        </EmptyState>
      )}
      {list.isFetching && !list.isFetchingNextPage && (
        <Loader size="xs" mt="sm" role="status" aria-label="Refreshing" />
      )}
      <RegisterModal
        opened={register !== undefined}
        onClose={() => registering(undefined)}
        run={register === 'new' ? undefined : register}
        models={models.map(({ name }) => name)}
      />
    </Page>
  );
}

function Find({ find = '' }: { find?: string | undefined }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(find);
  const go = useDebouncedCallback((value: string) => {
    void navigate({ search: value.trim() === '' ? {} : { find: value.trim() }, replace: true });
  }, 250);
  return (
    <TextInput
      data-search
      aria-label="Find a model by its name"
      placeholder="Find a model"
      leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
      value={text}
      maw={320}
      mb="md"
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        go(value);
      }}
    />
  );
}

function ModelTable({ models }: { models: readonly Summary[] }) {
  return (
    <WideTable label="Registered models" width={760} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Model</Table.Th>
          <Table.Th>Champion</Table.Th>
          <Table.Th>On test</Table.Th>
          <Table.Th>Waiting</Table.Th>
          <Table.Th>Answers in</Table.Th>
          <Table.Th>Changed</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {models.map((one) => (
          <Row key={one.name} model={one} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Row({
  model: { name, description, champion, versions, pending, deployments, updatedAt },
}: {
  model: Summary;
}) {
  return (
    <Table.Tr>
      <Table.Td maw={320}>
        <Go to="/models/$name" params={{ name }} fw={600}>
          {name}
        </Go>
        <Text size="xs" c="dimmed" className="clip">
          {description ?? counted(versions, 'version')}
        </Text>
      </Table.Td>
      <Table.Td>
        {champion === null ? (
          <Text size="sm" c="dimmed">
            none
          </Text>
        ) : (
          <Group gap={6}>
            <Go to="/models/$name/$version" params={{ name, version: String(champion.version) }} size="sm">
              {name}@{champion.version}
            </Go>
            {champion.status !== 'approved' && <VersionStatus status={champion.status} />}
            {champion.overridden && <Overridden />}
            <Stamps of={champion} />
          </Group>
        )}
      </Table.Td>
      <Table.Td>
        {champion?.metric == null ? (
          ''
        ) : (
          <>
            <Interval {...champion.metric} />
            <Text size="xs" c="dimmed">
              {metricName(champion.metric.name)}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td>
        {pending.slice(0, 3).map((version) => (
          <GoBadge
            key={version}
            to="/models/$name/$version"
            params={{ name, version: String(version) }}
            color="yellow"
            variant="light"
            size="sm"
            mr={4}
            style={{ cursor: 'pointer' }}
          >
            {name}@{version}
          </GoBadge>
        ))}
        {pending.length > 3 && (
          <Text span size="xs" c="dimmed">
            and {pending.length - 3} more
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {deployments.map((deployment) => (
          <Go key={deployment} to="/deployments/$name" params={{ name: deployment }} size="sm" mr={8}>
            {deployment}
          </Go>
        ))}
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          <When at={updatedAt} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
