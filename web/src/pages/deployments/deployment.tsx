import { Breadcrumbs, Button, Group, Menu, Stack, Tabs, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconDots } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { ConfirmTyped } from '../../components/confirm-typed.tsx';
import { done } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { When } from '../../components/when.tsx';
import { useChange } from './change.ts';
import { Conditions } from './conditions.tsx';
import './deployments.css';
import { Go, GoItem } from '../../components/link.tsx';
import { Differences } from './differences.tsx';
import { HistoryPart } from './history-part.tsx';
import { PARTS, type Part } from './parts.ts';
import { QualityPart } from './quality-part.tsx';
import { type Deployment, deployment as deploymentQuery, revisions } from './queries.ts';
import { RecordPart } from './record-part.tsx';
import { rollbackTarget } from './rollback.ts';
import { ShareBar } from './share-bar.tsx';
import { TrafficPart } from './traffic-part.tsx';
import { TryPart } from './try-part.tsx';
import { deed, membersOf } from './words.ts';

const route = getRouteApi('/deployments/$name');

const LABELS: Record<Part, string> = {
  traffic: 'Traffic',
  record: 'How it does',
  quality: 'Comparison',
  try: 'Try it',
  history: 'History',
};

/** One deployment: who answers, how it does, and how that changes. */
export function DeploymentPage() {
  const { name } = route.useParams();
  const { part = 'traffic' } = route.useSearch();
  const navigate = route.useNavigate();
  const [ending, setEnding] = useState(false);
  // What is being ended here is not asked for meanwhile: the server would say that there is no such deployment, and rightly.
  const found = useQuery({ ...deploymentQuery(name), enabled: !ending });
  const deployment = lastRead(found);
  if (deployment === undefined) return <Absent title={name} query={found} />;
  const { revision } = deployment;
  return (
    <Page
      title={name}
      query={found}
      above={
        <Breadcrumbs mb="xs">
          <Go to="/deployments" size="sm">
            Deployments
          </Go>
        </Breadcrumbs>
      }
      heading={
        <Group gap="sm">
          {name}
          <Conditions deployment={deployment} />
        </Group>
      }
      about={
        <Text size="sm">
          Revision {revision.number}, {deed(revision.what)} by {revision.who} <When at={revision.at} />
          {revision.why === null ? '' : `: ${revision.why}`}
        </Text>
      }
      actions={<Actions deployment={deployment} onEnding={setEnding} />}
    >
      {!ending && (
        <Tabs
          value={part}
          keepMounted={false}
          onChange={(value) => {
            const next = value === 'traffic' ? undefined : (value as Part);
            void navigate({ search: next === undefined ? {} : { part: next } });
          }}
        >
          <Tabs.List mb="lg">
            {PARTS.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {LABELS[one]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="traffic">
            <TrafficPart deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="record">
            <RecordPart deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="quality">
            <QualityPart deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="try">
            <TryPart deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <HistoryPart deployment={deployment} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}

function Actions({ deployment, onEnding }: { deployment: Deployment; onEnding: (ending: boolean) => void }) {
  const [asked, setAsked] = useState<'rollback' | 'end'>();
  const change = useChange(deployment);
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayDecide = useMay('decide');
  const { name, revision } = deployment;
  const close = () => setAsked(undefined);
  const end = async (why: string) => {
    onEnding(true);
    try {
      await client.cancelQueries({ queryKey: ['deployment', name] });
      await ask(api.DELETE('/v1/deployments/{name}', { params: { path: { name } }, body: { why } }));
    } catch (error) {
      onEnding(false);
      throw error;
    }
    await navigate({ to: '/deployments' });
    void client.invalidateQueries({ queryKey: ['deployments'] });
    done(`${name} is no deployment any more. Its revisions and its log stay.`);
  };
  return (
    <>
      <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
        <Button
          variant="default"
          color="red"
          leftSection={<IconArrowBackUp size={16} stroke={1.6} aria-hidden />}
          onClick={() => setAsked('rollback')}
          disabled={!mayDecide || revision.number === 1}
        >
          Roll back…
        </Button>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={9} aria-label="More">
            <IconDots size={16} stroke={1.6} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <GoItem to="/trail" search={{ subject: `deployment ${name}` }}>
            Its audit trail
          </GoItem>
          <Menu.Item color="red" disabled={!mayDecide} onClick={() => setAsked('end')}>
            End this deployment…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ReasonModal
        opened={asked === 'rollback'}
        onClose={close}
        title={`Roll ${name} back`}
        action="Roll back"
        onSay={({ reason }) => change.rollback(reason)}
      >
        <Back deployment={deployment} />
      </ReasonModal>
      <ConfirmTyped
        opened={asked === 'end'}
        onClose={close}
        title={`End ${name}`}
        word={name}
        action={`End ${name}`}
        withReason
        onConfirm={end}
      >
        Requests that name it are refused once its servers have ended or read the store again. Its revisions, its log
        and the trail stay; the name may be taken again.
      </ConfirmTyped>
    </>
  );
}

/** What comes back, before anybody says that it should. */
function Back({ deployment: { name, revision } }: { deployment: Deployment }) {
  const found = useQuery(revisions(name));
  const { canary } = revision.spec;
  if (canary !== null) {
    return <Text size="sm">The canary {canary.name} ends; the live versions have all of the traffic.</Text>;
  }
  const to = rollbackTarget(found.data ?? []);
  if (to === undefined) {
    return (
      <Text size="sm">
        {found.data === undefined
          ? 'What was in force before is in force again.'
          : 'There is nothing before it to go back to.'}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Text size="sm">
        What revision {to.number} was, of {to.who} <When at={to.at} />, is in force again. The page "History" brings
        back any other.
      </Text>
      <ShareBar members={membersOf(to.spec).filter(({ role }) => role !== 'canary')} />
      <Differences from={revision.spec} to={to.spec} />
    </Stack>
  );
}
