import { Button, Group, Modal, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { createContext, use, useMemo, useState, useSyncExternalStore } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { counted } from '../../say.ts';
import type { Ref, Sample, Task } from './queries.ts';
import { drafts } from './unwritten.ts';

/** What somebody means to decide about an image; it is written when they say so, as the next version. */
export interface Decision {
  sample: Sample;
  label?: string;
  out: boolean;
}

export interface Decisions {
  all: ReadonlyMap<number, Decision>;
  /** A decision that leaves the image as it is takes an earlier one back. */
  decide: (decisions: readonly Decision[]) => void;
  clear: () => void;
}

const DecisionsContext = createContext<Decisions>({ all: new Map(), decide: () => undefined, clear: () => undefined });
export const DecisionsProvider = DecisionsContext.Provider;
export const useDecisions = (): Decisions => use(DecisionsContext);

/** Of one version. */
export function useDecisionsState({ name, version }: Ref): Decisions {
  const key = `${name}@${version}`;
  const all = useSyncExternalStore(drafts.subscribe, () => drafts.of(key));
  return useMemo(
    () => ({
      all,
      decide: (decisions) => {
        const next = new Map(drafts.of(key));
        for (const decision of decisions) {
          const { sample, label, out } = decision;
          const same = (label === undefined || label === sample.label) && out === (sample.excluded !== null);
          if (same) next.delete(sample.number);
          else next.set(sample.number, decision);
        }
        drafts.set(key, next);
      },
      clear: () => drafts.set(key, new Map()),
    }),
    [all, key],
  );
}

/** What was decided and is not written yet, always in sight. */
export function DecisionsBar({ of, next, onBegun }: { of: Ref; next: number; onBegun: (task: Task) => void }) {
  const { all, clear } = useDecisions();
  const [asking, setAsking] = useState(false);
  if (all.size === 0) return null;
  const relabelled = [...all.values()].filter(
    ({ sample, label, out }) => !out && label !== undefined && label !== sample.label,
  ).length;
  const out = [...all.values()].filter((one) => one.out).length;
  const words = [
    ...(relabelled > 0 ? [`${relabelled} with another label`] : []),
    ...(out > 0 ? [`${out} left out`] : []),
    ...(all.size - relabelled - out > 0 ? [`${all.size - relabelled - out} brought back`] : []),
  ];
  return (
    <>
      <Paper
        withBorder
        shadow="md"
        p="sm"
        className="decisions-bar"
        role="region"
        aria-label="Decisions that are not written yet"
      >
        <Group justify="space-between" gap="sm">
          <Text size="sm">
            <b>{counted(all.size, 'decision')}</b>: {words.join(', ')}
          </Text>
          <Group gap="xs">
            <Button size="sm" variant="default" onClick={clear}>
              Forget them
            </Button>
            <Button size="sm" onClick={() => setAsking(true)}>
              Write them as version {next}
            </Button>
          </Group>
        </Group>
      </Paper>
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Version ${next} of ${of.name}`}>
        {asking && (
          <Write
            of={of}
            next={next}
            onClose={() => setAsking(false)}
            onBegun={(task) => {
              setAsking(false);
              clear();
              onBegun(task);
            }}
          />
        )}
      </Modal>
    </>
  );
}

interface WriteProps {
  of: Ref;
  next: number;
  onClose: () => void;
  onBegun: (task: Task) => void;
}

function Write({ of, next, onClose, onBegun }: WriteProps) {
  const { all } = useDecisions();
  const [reason, setReason] = useState('');
  const may = useMay('write');
  const writing = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/datasets/{name}/versions/{version}/amend', {
          params: { path: of },
          body: {
            reason: reason.trim(),
            decisions: [...all].map(([number, { label, out }]) => ({
              number,
              out,
              ...(label === undefined ? {} : { label }),
            })),
          },
        }),
      ),
    onSuccess: onBegun,
  });
  return (
    <Stack>
      <Text size="sm">
        Version {next} will hold {counted(all.size, 'decision')}; version {of.version} stays as it is. Imports that
        follow keep them, as long as the files are the same.
      </Text>
      <Textarea
        label="Why"
        description="Stands in the audit trail with your name."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={2}
        required
        data-autofocus
      />
      {!may && <Text size="sm">That takes the role engineer.</Text>}
      {writing.error !== null && <FaultPanel error={writing.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={reason.trim() === '' || !may} loading={writing.isPending} onClick={() => writing.mutate()}>
          Write version {next}
        </Button>
      </Group>
    </Stack>
  );
}
