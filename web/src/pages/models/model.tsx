import { Breadcrumbs, Button, Group, Table, Tabs, Text, Textarea, Tooltip } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Interval } from '../../components/interval.tsx';
import { Page } from '../../components/page.tsx';
import { isAbsent, lastRead } from '../../components/reading.ts';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { EventList } from './event-list.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import { LivePart } from './live-part.tsx';
import './models.css';
import { Go } from '../../components/link.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { MODEL_PARTS, type ModelPart } from './parts.ts';
import { PolicyPart } from './policy-part.tsx';
import { type Model, modelLineage, model as modelQuery, type Version, versions as versionsQuery } from './queries.ts';
import { RollbackButton } from './rollback.tsx';
import { Aliases, VersionStatus } from './status.tsx';

const route = getRouteApi('/models/$name');

const LABELS: Record<ModelPart, string> = {
  versions: 'Versions',
  live: 'What was live',
  lineage: 'Lineage',
  policy: 'Policy',
  trail: 'Audit trail',
};

/** One registered model: its versions, what was live when, where they come from. */
export function ModelPage() {
  const { name } = route.useParams();
  const { part = 'versions' } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery(modelQuery(name));
  const model = lastRead(found);
  if (model === undefined) return <Absent title={name} query={found} />;
  return (
    <Page
      title={name}
      query={found}
      above={
        <Breadcrumbs mb="xs">
          <Go to="/models" size="sm">
            Models
          </Go>
        </Breadcrumbs>
      }
      about={<Description key={model.updatedAt} model={model} />}
      actions={model.aliases.champion === undefined ? undefined : <RollbackButton model={name} alias="champion" />}
    >
      <Tabs
        value={part}
        keepMounted={false}
        onChange={(value) => {
          const next = value === 'versions' ? undefined : (value as ModelPart);
          void navigate({ search: next === undefined ? {} : { part: next } });
        }}
      >
        <Tabs.List mb="lg">
          {MODEL_PARTS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {LABELS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="versions">
          <Versions name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="live">
          <LivePart model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="lineage">
          <LineagePart name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="policy">
          <PolicyPart name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="trail">
          <EventList search={{ model: name }} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Description({ model: { name, description } }: { model: Model }) {
  const [editing, setEditing] = useState(false);
  const [text, setText] = useState(description ?? '');
  const mayWrite = useMay('write');
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () =>
      ask(api.PATCH('/v1/models/{name}', { params: { path: { name } }, body: { description: text.trim() } })),
    onSuccess: async () => {
      setEditing(false);
      await client.invalidateQueries({ queryKey: ['model', name] });
    },
  });
  if (!editing) {
    return (
      <Group gap={8}>
        <span>{description || 'No description yet.'}</span>
        <Tooltip label="This needs the role engineer or admin." disabled={mayWrite}>
          <Button size="compact-xs" variant="subtle" onClick={() => setEditing(true)} disabled={!mayWrite}>
            Edit
          </Button>
        </Tooltip>
      </Group>
    );
  }
  return (
    <Group align="flex-end" mt={6}>
      <Textarea
        aria-label="Description"
        autosize
        w={420}
        maw="100%"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Button size="xs" onClick={() => saving.mutate()} loading={saving.isPending}>
        Save
      </Button>
      <Button size="xs" variant="default" onClick={() => setEditing(false)} disabled={saving.isPending}>
        Cancel
      </Button>
      {saving.error !== null && <FaultPanel error={saving.error} />}
    </Group>
  );
}

function Versions({ name }: { name: string }) {
  const found = useQuery(versionsQuery(name));
  if (isAbsent(found)) return <FaultPanel error={found.error} />;
  if (found.data === undefined) return <Text c="dimmed">Loading…</Text>;
  if (found.data.length === 0) {
    return (
      <EmptyState
        title="No version yet"
        actions={
          <Go to="/models" search={{ register: 'new' }} underline="always">
            Register a run as version 1
          </Go>
        }
      />
    );
  }
  return (
    <WideTable label="Versions" width={760} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Version</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>AUROC on test</Table.Th>
          <Table.Th>Network</Table.Th>
          <Table.Th>Dataset</Table.Th>
          <Table.Th>Registered</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {found.data.map((version) => (
          <Row key={version.version} version={version} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Row({ version: { model, version, status, aliases, record, createdAt, description } }: { version: Version }) {
  const { bundle, lineage, registeredBy } = record;
  const metric = bundle?.metrics.auroc ?? bundle?.metrics.macroAuroc;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Go to="/models/$name/$version" params={{ name: model, version: String(version) }} fw={600}>
            {model}@{version}
          </Go>
          <Aliases names={aliases} />
          <Stamps of={bundle} />
        </Group>
        {description !== null && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <VersionStatus status={status} />
      </Table.Td>
      <Table.Td>{metric === undefined ? '' : <Interval {...metric} />}</Table.Td>
      <Table.Td>{bundle?.network ?? record.kind}</Table.Td>
      <Table.Td>{lineage.dataset === null ? '' : `${lineage.dataset.name}@${lineage.dataset.version}`}</Table.Td>
      <Table.Td>
        <Text size="sm">
          <When at={createdAt} /> by {registeredBy}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

function LineagePart({ name }: { name: string }) {
  const found = useQuery(modelLineage(name));
  if (isAbsent(found)) return <FaultPanel error={found.error} />;
  if (found.data === undefined) return <Text c="dimmed">Loading…</Text>;
  return <LineageGraph lineage={found.data} />;
}
