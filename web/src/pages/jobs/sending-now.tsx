import { Paper } from '@mantine/core';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { LongAction } from '../../components/long-action.tsx';
import { bytes as sizeWords } from '../../say.ts';
import { outbox, useSending } from './outbox.ts';

/** The upload of this tab, where there is one: how far it is, and the way to stop it. */
export function SendingNow() {
  const sending = useSending();
  if (sending === null) return null;
  const { name, bytes, sent, fault } = sending;
  if (fault !== null) return <FaultPanel error={fault} title={`${name} was not sent.`} onRetry={undefined} />;
  const all = sent >= bytes;
  return (
    <Paper withBorder p="md" mb="lg">
      <LongAction
        title={`Sending ${name}`}
        part={all || bytes === 0 ? null : sent / bytes}
        note={
          all
            ? 'All is sent; the server is reading it.'
            : `${sizeWords(sent)} of ${sizeWords(bytes)}. This tab must stay open until all is sent; then it may be closed.`
        }
        onCancel={() => outbox.cancel()}
      />
    </Paper>
  );
}
