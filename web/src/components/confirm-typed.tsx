import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { FaultPanel } from './fault-panel.tsx';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and whether it can be taken back. */
  children: ReactNode;
  /** What must be typed: the name of the thing. */
  word: string;
  /** The button: "Delete derma". */
  action: string;
  /** Where somebody must say why, for the audit trail. */
  withReason?: boolean;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** Before what can't be undone: the name of the thing is typed. */
export function ConfirmTyped(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ onClose, children, word, action, withReason = false, onConfirm }: Props) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const doing = useMutation({ mutationFn: () => onConfirm(reason.trim()), onSuccess: onClose });
  const ready = typed.trim() === word && (!withReason || reason.trim() !== '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !doing.isPending) doing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {withReason && (
          <TextInput
            label="Why"
            description="Stands in the audit trail with your name."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
          />
        )}
        <TextInput
          label={
            <>
              Type <b className="mono">{word}</b> to confirm
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={withReason ? undefined : true}
        />
        {doing.error !== null && <FaultPanel error={doing.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={doing.isPending}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!ready} loading={doing.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
