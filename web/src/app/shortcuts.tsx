import { Group, Kbd, Modal, Stack, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { LATER, ROOMS } from './rooms.ts';

/** Until the second key of a pair. */
const PAIR_MS = 1_200;

/** Keys typed into a field are words. */
function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return element?.closest?.('input, textarea, select, [contenteditable="true"], [role="slider"]') != null;
}

/** A dialog has keys of its own. One that was closed may stay in the document, unseen. */
function isDialogOpen(): boolean {
  return [...document.querySelectorAll('[role="dialog"]')].some((dialog) => dialog.getClientRects().length > 0);
}

/** `g` and a room's letter go there, `/` goes to the page's search field, `?` shows what there is. */
export function Shortcuts({ rooms }: { rooms: readonly string[] }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let went = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen()) return;
      if (event.key === '?') {
        event.preventDefault();
        setShown(true);
      } else if (event.key === '/') {
        const field = document.querySelector<HTMLElement>('main [data-search]');
        if (field === null) return;
        event.preventDefault();
        field.focus();
      } else if (event.key === 'g') {
        went = event.timeStamp;
      } else if (event.timeStamp - went < PAIR_MS) {
        went = 0;
        const room = ROOMS.find(({ id, key }) => key === event.key && rooms.includes(id));
        if (room === undefined) return;
        event.preventDefault();
        void navigate({ to: room.path });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, rooms]);
  return <ShortcutsHelp opened={shown} onClose={() => setShown(false)} rooms={rooms} />;
}

const LISTS: [string, string[]][] = [
  ['Next and previous row', ['↑', '↓']],
  ['Open the row', ['Enter']],
  ['Select the row', ['Space']],
  ['First and last row', ['Home', 'End']],
];

function ShortcutsHelp({ opened, onClose, rooms }: { opened: boolean; onClose: () => void; rooms: readonly string[] }) {
  const go = [...ROOMS, ...LATER].flatMap((room) =>
    'key' in room && rooms.includes(room.id) ? [[`Go to ${room.label}`, ['g', room.key]] as [string, string[]]] : [],
  );
  const all: [string, string[]][] = [
    ['Find anything, do anything', ['Ctrl', 'K']],
    ['Search on this page', ['/']],
    ['These keys', ['?']],
    ...go,
  ];
  return (
    <Modal opened={opened} onClose={onClose} title="Keys">
      <Stack gap="lg">
        <Keys rows={all} />
        <div>
          <Text fw={600} size="sm" mb={4}>
            In lists
          </Text>
          <Keys rows={LISTS} />
        </div>
      </Stack>
    </Modal>
  );
}

function Keys({ rows }: { rows: [string, string[]][] }) {
  return (
    <Table withRowBorders={false}>
      <Table.Tbody>
        {rows.map(([what, keys]) => (
          <Table.Tr key={what}>
            <Table.Td>{what}</Table.Td>
            <Table.Td ta="right">
              <Group gap={4} justify="flex-end" wrap="nowrap">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
