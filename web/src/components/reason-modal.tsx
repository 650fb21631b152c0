import { Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { asFault } from '../api/fault.ts';
import { FaultPanel } from './fault-panel.tsx';

export interface Said {
  reason: string;
  override?: string;
}

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  /** The button. */
  action: string;
  /** Where something speaks against it: what is set aside, and how the box says so. */
  against?: string | undefined;
  onSay: (said: Said) => Promise<unknown>;
}

/** A decision in words: why, and, where the policy speaks against it, why that is set aside. */
export function ReasonModal(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="lg">
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ onClose, children, action, against: known, onSay }: Props) {
  const [reason, setReason] = useState('');
  const [setAside, setSetAside] = useState(false);
  const [override, setOverride] = useState('');
  /** Two presses of one double click say it once. */
  const said = useRef(false);
  const saying = useMutation({
    mutationFn: () =>
      onSay({ reason: reason.trim(), ...(setAside && override.trim() !== '' ? { override: override.trim() } : {}) }),
    onSuccess: onClose,
    onError: () => {
      said.current = false;
    },
  });
  // The server says what the policy asks for beyond what the page knew, and which versions don't go together.
  const refused = saying.error !== null && ['NOT_APPROVED', 'CLASSES_DIFFER'].includes(asFault(saying.error).code);
  const against = known ?? (refused || setAside ? 'I set the policy aside' : undefined);
  const ready = reason.trim() !== '' && (against === undefined || (setAside && override.trim() !== ''));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || said.current) return;
    said.current = true;
    saying.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        <Textarea
          label="Why"
          description="Stands in the audit trail with your name."
          autosize
          minRows={2}
          maxLength={2_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          required
        />
        {against !== undefined && (
          <>
            <Checkbox
              color="red"
              checked={setAside}
              onChange={(event) => setSetAside(event.currentTarget.checked)}
              label={against}
            />
            {setAside && (
              <Textarea
                label="Why the policy is set aside"
                description="Shown in red with this version, for ever."
                autosize
                minRows={2}
                maxLength={2_000}
                value={override}
                onChange={(event) => setOverride(event.currentTarget.value)}
                required
              />
            )}
          </>
        )}
        {saying.error !== null && <FaultPanel error={saying.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={saying.isPending}>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={!ready}
            loading={saying.isPending}
            {...(against === undefined ? {} : { color: 'red' })}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
