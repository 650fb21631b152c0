import { Alert, Button, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { ConfirmTyped } from '../../components/confirm-typed.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { done } from '../../components/notify.tsx';
import { isAbsent } from '../../components/reading.ts';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { Aliasing } from './aliasing.tsx';
import { Approvals, Checks } from './checks.tsx';
import { ChampionComparison } from './comparison.tsx';
import { Decisions } from './decisions.tsx';
import { type Standing, standing as standingQuery, type VersionDetail } from './queries.ts';
import { versionName } from './words.ts';

/** What a version is approved on, who decided, and what can be decided now. */
export function DecisionPart({ version }: { version: VersionDetail }) {
  const path = { name: version.model, version: version.version };
  const standing = useQuery(standingQuery(path));
  const pending = version.status === 'pending';
  return (
    <Stack gap="lg">
      {isAbsent(standing) && <FaultPanel error={standing.error} title="Its evidence can't be gathered." />}
      {pending && standing.data !== undefined && <Pending standing={standing.data} />}
      {!pending && <Aliasing version={version} />}
      {version.decisions.length > 0 && (
        <section>
          <Title order={2} size="h3" mb="sm">
            Decisions
          </Title>
          <Decisions decisions={version.decisions} />
        </section>
      )}
      <End version={version} />
    </Stack>
  );
}

function Pending({ standing }: { standing: Standing }) {
  const { checks, approvers, needed, obstacle, policy } = standing;
  const open = checks?.filter(({ passed }) => !passed).length ?? 0;
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h3">
          {checks === null
            ? 'Evidence'
            : open === 0
              ? 'All rules of the policy are met'
              : `${open} of ${checks.length} rules ${open === 1 ? 'is' : 'are'} not met`}
        </Title>
        <Approvals approvers={approvers} needed={needed} />
      </Group>
      <Stack gap="lg">
        {checks === null ? (
          <Alert color="orange">
            Its files are on another machine: it can be looked at here, and approved where they are, or once they are
            shared by an object store.
          </Alert>
        ) : (
          <Checks checks={checks} />
        )}
        <ChampionComparison standing={standing} />
        {obstacle !== null && <Alert color="gray">{obstacle}</Alert>}
        <Approve standing={standing} />
        <Text size="xs" c="dimmed">
          {policy.written ? 'By registry/policy.yaml' : 'By the built-in policy'}, as {standing.who} would find it now.
          The evidence is gathered again when it is approved, and stored with the approval.
        </Text>
      </Stack>
    </Paper>
  );
}

function Approve({ standing }: { standing: Standing }) {
  const [opened, setOpened] = useState(false);
  const client = useQueryClient();
  const { checks, obstacle, mayDecide, model, version } = standing;
  const name = versionName(standing);
  const failed = checks?.filter(({ passed }) => !passed) ?? [];
  const approve = async (said: { reason: string; override?: string }) => {
    const params = { path: { name: model, version } };
    const answer = await ask(api.POST('/v1/models/{name}/versions/{version}/approve', { params, body: said }));
    await Promise.all([
      client.invalidateQueries({ queryKey: ['model', model] }),
      client.invalidateQueries({ queryKey: ['models'] }),
    ]);
    const { approvers, needed } = answer;
    done(
      answer.version.status === 'approved'
        ? `${name} is approved. It is not live before it is the champion, or a deployment names it.`
        : `${name} has ${approvers.length} of ${needed} approvals.`,
    );
  };
  const blocked = checks === null || obstacle !== null || !mayDecide;
  return (
    <Group>
      <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
        <Button
          onClick={() => setOpened(true)}
          disabled={blocked}
          {...(failed.length > 0 ? { color: 'red', variant: 'light' } : {})}
        >
          {failed.length > 0 ? 'Approve all the same…' : `Approve ${name}…`}
        </Button>
      </Tooltip>
      <ReasonModal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Approve ${name}`}
        action={failed.length > 0 ? 'Set the policy aside and approve' : 'Approve'}
        against={
          failed.length === 0
            ? undefined
            : `I set the policy aside: ${failed.length === 1 ? 'one rule is' : `${failed.length} rules are`} not met`
        }
        onSay={approve}
      >
        {failed.length > 0 && <Checks checks={failed} />}
      </ReasonModal>
    </Group>
  );
}

/** What ends a version for ever. */
function End({ version }: { version: VersionDetail }) {
  const [asked, setAsked] = useState(false);
  const client = useQueryClient();
  const mayDecide = useMay('decide');
  if (version.status === 'rejected' || version.status === 'retired') return null;
  const pending = version.status === 'pending';
  const verb = pending ? 'reject' : 'retire';
  const name = versionName(version);
  const end = async (reason: string) => {
    const params = { path: { name: version.model, version: version.version } };
    const call = pending
      ? api.POST('/v1/models/{name}/versions/{version}/reject', { params, body: { reason } })
      : api.POST('/v1/models/{name}/versions/{version}/retire', { params, body: { reason } });
    await ask(call);
    await Promise.all([
      client.invalidateQueries({ queryKey: ['model', version.model] }),
      client.invalidateQueries({ queryKey: ['models'] }),
    ]);
    done(`${name} is ${pending ? 'rejected' : 'retired'}.`);
  };
  return (
    <div>
      <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
        <Button
          variant="default"
          {...(mayDecide && { c: 'var(--mantine-color-error)' })}
          onClick={() => setAsked(true)}
          disabled={!mayDecide}
        >
          {pending ? 'Reject' : 'Retire'} {name}…
        </Button>
      </Tooltip>
      <ConfirmTyped
        opened={asked}
        onClose={() => setAsked(false)}
        title={`${pending ? 'Reject' : 'Retire'} ${name}`}
        word={name}
        action={pending ? 'Reject for ever' : 'Retire for ever'}
        withReason
        onConfirm={end}
      >
        {pending
          ? `${name} can never be approved after this.`
          : `${name} loses its aliases${version.aliases.length > 0 ? ` (${version.aliases.join(', ')})` : ''} and answers nowhere any more. Deployments that name it by number leave it out.`}{' '}
        A {verb === 'reject' ? 'rejection' : 'retirement'} can't be taken back; its record stays.
      </ConfirmTyped>
    </div>
  );
}
