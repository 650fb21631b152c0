import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconPlus, IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Go } from '../../components/link.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { Conditions } from './conditions.tsx';
import { type Deployment, deployments } from './queries.ts';
import { ShareBar } from './share-bar.tsx';
import { deed } from './words.ts';

/** All deployments: who answers which part of the traffic, and whether all is well. */
export function DeploymentsPage() {
  const found = useQuery(deployments());
  const mayDecide = useMay('decide');
  const all = lastRead(found);
  if (all === undefined) return <Absent title="Deployments" query={found} />;
  return (
    <Page
      title="Deployments"
      query={found}
      about="Which versions answer, with what share of the traffic, and how that changes."
      actions={
        mayDecide && all.length > 0 ? (
          <Button component={Link} to="/deployments/new" leftSection={<IconPlus size={16} stroke={1.6} aria-hidden />}>
            New deployment
          </Button>
        ) : undefined
      }
    >
      {all.length === 0 && (
        <EmptyState
          title="No deployment yet"
          icon={<IconRocket size={36} stroke={1.4} aria-hidden />}
          command='osler deploy create derma skin@champion --reason "first release"'
          actions={
            mayDecide ? (
              <Button component={Link} to="/deployments/new">
                Make the first one
              </Button>
            ) : undefined
          }
        >
          A deployment names approved versions and the part of the traffic that each has. It is changed while it is
          served: no request is dropped, and every change stands in the audit trail.
        </EmptyState>
      )}
      <Stack gap="md">
        {all.map((one) => (
          <Card key={one.name} deployment={one} />
        ))}
      </Stack>
    </Page>
  );
}

function Card({ deployment: { name, members, revision, served, fault } }: { deployment: Deployment }) {
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between" mb="sm">
        <Go to="/deployments/$name" params={{ name }} fw={600} size="lg">
          {name}
        </Go>
        <Group gap="sm">
          <Conditions deployment={{ revision, served, fault }} />
        </Group>
      </Group>
      <ShareBar members={members} />
      {fault !== null && (
        <Alert color="orange" mt="sm" title={served === null ? 'It does not answer' : 'Not all of it answers'}>
          {fault}
        </Alert>
      )}
      <Text size="sm" c="dimmed" mt="sm">
        Revision {revision.number}, {deed(revision.what)} by {revision.who} <When at={revision.at} />
        {revision.why === null ? '' : `: ${revision.why}`}
      </Text>
    </Paper>
  );
}
