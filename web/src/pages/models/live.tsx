import { Alert, Breadcrumbs, Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { Page, PageLoading } from '../../components/page.tsx';
import { moment } from '../../say.ts';
import './models.css';
import { Go } from '../../components/link.tsx';
import { lastRead } from '../../components/reading.ts';
import { WideTable } from '../../components/wide-table.tsx';
import { type Live, live } from './queries.ts';
import { Overridden, VersionStatus } from './status.tsx';

const route = getRouteApi('/live');

/** What was live on a day, at a minute: by alias and in deployments, with who had approved it. */
export function LivePage() {
  const { at, alias } = route.useSearch();
  const found = useQuery({ ...live(at, alias), placeholderData: keepPreviousData });
  if (found.isPending) return <PageLoading title="What was live" />;
  const shown = lastRead(found);
  return (
    <Page
      title="What was live"
      width="reading"
      about="Read from the audit trail and from revisions that are written once, exact to the millisecond."
      above={
        <Breadcrumbs mb="xs">
          <Go to="/models" size="sm">
            Models
          </Go>
        </Breadcrumbs>
      }
    >
      <Stack gap="lg">
        <Moment key={`${at} ${alias}`} at={at} alias={alias} />
        {shown === undefined ? <FaultPanel error={found.error} /> : <Found live={shown} />}
      </Stack>
    </Page>
  );
}

function Moment({ at, alias = '' }: { at: string | undefined; alias: string | undefined }) {
  const navigate = route.useNavigate();
  const [when, setWhen] = useState(at === undefined ? '' : local(new Date(at)));
  const [name, setName] = useState(alias);
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const date = new Date(when);
    void navigate({
      search: {
        ...(Number.isNaN(date.getTime()) ? {} : { at: date.toISOString() }),
        ...(name.trim() === '' ? {} : { alias: name.trim() }),
      },
    });
  };
  return (
    <form onSubmit={go}>
      <Group align="flex-end">
        <TextInput
          type="datetime-local"
          step={1}
          label="Moment, in this machine's time"
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
        <TextInput
          label="Alias"
          placeholder="champion"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          w={160}
        />
        <Button type="submit">Show</Button>
        {(at !== undefined || alias !== '') && (
          <Button variant="subtle" onClick={() => void navigate({ search: {} })}>
            Now
          </Button>
        )}
      </Group>
    </form>
  );
}

function Found({ live: { at, alias, models, deployments } }: { live: Live }) {
  const when = at === null ? 'now' : `on ${moment(new Date(at))}`;
  if (models.length === 0 && deployments.length === 0) {
    return (
      <EmptyState title={at === null ? 'Nothing is live' : 'Nothing was live then'}>
        A version is live once it is approved and has the alias {alias}, or once a deployment names it.
      </EmptyState>
    );
  }
  return (
    <>
      <section>
        <Title order={2} size="h3" mb="sm">
          {alias} {when}
        </Title>
        {models.length === 0 && <Text c="dimmed">No model had it.</Text>}
        <Stack gap="sm">
          {models.map((one) => (
            <Standing key={one.model} of={one} />
          ))}
        </Stack>
      </section>
      <section>
        <Title order={2} size="h3" mb="sm">
          Deployments {when}
        </Title>
        {deployments.length === 0 ? <Text c="dimmed">There was none.</Text> : <Deployments of={deployments} />}
      </section>
    </>
  );
}

function Standing({ of: one }: { of: Live['models'][number] }) {
  const { model, version, since, rollback, override, status, approvals, registered } = one;
  return (
    <Paper withBorder p="md" style={{ overflowWrap: 'anywhere' }}>
      <Group gap="sm" mb={6}>
        <Go to="/models/$name/$version" params={{ name: model, version: String(version) }} fw={600}>
          {model}@{version}
        </Go>
        <VersionStatus status={status} />
        {override !== null && <Overridden why={override} />}
      </Group>
      <Text size="sm">
        Since {moment(new Date(since.at))}, {rollback ? 'rolled back to' : 'put there'} by <b>{since.who}</b>
        {since.why ? `: ${since.why}` : ''}
      </Text>
      {approvals.length === 0 && <Text size="sm">Approved by nobody.</Text>}
      {approvals.map((approval) => (
        <div key={approval.seq}>
          <Text size="sm">
            Approved {moment(new Date(approval.at))} by <b>{approval.who}</b>
            {approval.why ? `: ${approval.why}` : ''}
          </Text>
          {approval.override !== null && (
            <Alert color="red" className="wrong" my={6} title="The policy was set aside">
              {approval.override} ({approval.failed.join('; ')})
            </Alert>
          )}
        </div>
      ))}
      <Text size="sm" c="dimmed">
        Registered {moment(new Date(registered.at))} by {registered.who}
        {one.digest === null ? `, ${one.source}` : `, bundle ${one.digest.slice(0, 16)}`}
      </Text>
    </Paper>
  );
}

function Deployments({ of: all }: { of: Live['deployments'] }) {
  return (
    <WideTable label="Deployments" width={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Deployment</Table.Th>
          <Table.Th>Answered with</Table.Th>
          <Table.Th>Revision</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {all.map(({ name, members, revision, override }) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              {override !== null && <Overridden why={override} />}
            </Table.Td>
            <Table.Td>
              {members.map((member) => (
                <Text key={`${member.name} ${member.role}`} size="sm">
                  {member.version === null ? member.name : `${member.model}@${member.version}`}{' '}
                  <Text span size="sm" c="dimmed">
                    {member.role === 'shadow' ? 'shadow, copies' : `${member.role}, ${percent(member.share)}`}
                    {member.version === null
                      ? ', which named none then'
                      : member.name.endsWith(`@${member.version}`)
                        ? ''
                        : ` as ${member.name}`}
                  </Text>
                </Text>
              ))}
            </Table.Td>
            <Table.Td>
              <Text size="sm">
                {revision.number}, {moment(new Date(revision.at))} by {revision.who}
              </Text>
              {revision.why !== null && (
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {revision.why}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

/** As the field takes it: the machine's time without a zone. */
function local(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
