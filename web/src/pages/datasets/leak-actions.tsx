import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { failed } from '../../components/notify.tsx';
import type { Ref, Task, Version } from './queries.ts';
import type { Work } from './work.tsx';

interface Props {
  of: Ref;
  opened: Version;
  work: Work;
  next: number;
}

/** The two ways on from a split that leaks: mend it as the next version, or take it on oneself, in writing. */
export function LeakActions({ of, opened, work, next }: Props) {
  const [accepting, setAccepting] = useState(false);
  const mayWrite = useMay('write');
  const mayDecide = useMay('decide');
  const mending = useMutation({
    mutationFn: () => ask(api.POST('/v1/datasets/{name}/versions/{version}/mend', { params: { path: of } })),
    onSuccess: work.watch,
    onError: failed,
  });
  const busy = work.running !== undefined;
  return (
    <>
      <Group mt="sm" gap="xs">
        <Button size="sm" disabled={!mayWrite || busy} loading={mending.isPending} onClick={() => mending.mutate()}>
          Mend it as version {next}
        </Button>
        <Button size="sm" variant="default" disabled={!mayDecide || busy} onClick={() => setAccepting(true)}>
          {opened.accepted === null ? 'Use it as it is' : 'Accept it anew'}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        Mending moves no more images than it must, never into test; this version stays as it is.
        {!mayWrite && ' It takes the role engineer.'}
        {!mayDecide && ' To use it as it is takes the role approver.'}
      </Text>
      <Modal
        opened={accepting}
        onClose={() => setAccepting(false)}
        title={`Use ${of.name}@${of.version} although it leaks`}
      >
        {accepting && <Accept of={of} onClose={() => setAccepting(false)} onBegun={work.watch} />}
      </Modal>
    </>
  );
}

function Accept({ of, onClose, onBegun }: { of: Ref; onClose: () => void; onBegun: (task: Task) => void }) {
  const [reason, setReason] = useState('');
  const accepting = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/datasets/{name}/versions/{version}/accept', {
          params: { path: of },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: (task) => {
      onClose();
      onBegun(task);
    },
  });
  return (
    <Stack>
      <Text size="sm">
        What is measured on it will be too good. Every run, report, model and answer made from it is stamped leaky, for
        ever, with your name and reason in the audit trail.
      </Text>
      <Textarea
        label="Why"
        placeholder="Published split, to compare with papers that used it"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={2}
        required
        data-autofocus
      />
      {accepting.error !== null && <FaultPanel error={accepting.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red"
          disabled={reason.trim() === ''}
          loading={accepting.isPending}
          onClick={() => accepting.mutate()}
        >
          Use it as it is
        </Button>
      </Group>
    </Stack>
  );
}
