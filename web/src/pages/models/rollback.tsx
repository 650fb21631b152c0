import { Button, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { done } from '../../components/notify.tsx';
import { ReasonModal, type Said } from '../../components/reason-modal.tsx';
import { rollbackTarget } from './queries.ts';

/** Gives an alias back to the version that had it before. */
export function RollbackButton({ model, alias }: { model: string; alias: string }) {
  const [asked, setAsked] = useState(false);
  const client = useQueryClient();
  const mayDecide = useMay('decide');
  const target = useQuery(rollbackTarget(model, alias));
  const { from = null, to = null } = target.data ?? {};
  const back = async ({ reason }: Said) => {
    const body = { reason, alias, ...(to === null ? {} : { to }) };
    await ask(api.POST('/v1/models/{name}/rollback', { params: { path: { name: model } }, body }));
    await Promise.all([
      client.invalidateQueries({ queryKey: ['model', model] }),
      client.invalidateQueries({ queryKey: ['models'] }),
    ]);
    done(`${alias} is ${model}@${to} again.`);
  };
  const why = !mayDecide
    ? 'This needs the role approver or admin.'
    : target.data !== undefined && to === null
      ? 'Nothing earlier that is still approved had the alias.'
      : undefined;
  return (
    <>
      <Tooltip label={why} disabled={why === undefined}>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} stroke={1.6} aria-hidden />}
          onClick={() => setAsked(true)}
          disabled={why !== undefined || to === null}
        >
          {to === null ? 'Roll back' : `Roll back to ${model}@${to}`}
        </Button>
      </Tooltip>
      <ReasonModal
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Roll ${model} back to ${model}@${to}`}
        action="Roll back"
        onSay={back}
      >
        <Text size="sm">
          {alias} goes from {model}@{from} to {model}@{to}, which is approved still. Nothing is compared: a rollback is
          how a mistake ends. Doing it again goes further back.
        </Text>
      </ReasonModal>
    </>
  );
}
