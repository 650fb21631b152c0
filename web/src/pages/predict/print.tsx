import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { modelOf } from './answerers.ts';
import { PrintSheets, type Sheet } from './print-sheet.tsx';
import { info } from './queries.ts';
import type { Shot } from './tray.ts';

/** Results on paper: asks for a reference to write on them, then hands them to the browser. */
export function usePrint(refs: readonly string[]): { print: (shots: readonly Shot[]) => void; sheets: ReactNode } {
  const client = useQueryClient();
  const [wanted, setWanted] = useState<readonly Shot[]>();
  const [ready, setReady] = useState<readonly Sheet[]>();
  const [reference, setReference] = useState('');

  const make = async (): Promise<void> => {
    const made: Sheet[] = [];
    for (const shot of wanted ?? []) {
      const answers: Sheet['answers'][number][] = [];
      for (const ref of refs) {
        const told = shot.told[ref];
        if (told?.state !== 'answered') continue;
        const known = await client.ensureQueryData(info(modelOf(told.answer).of)).catch(() => undefined);
        answers.push({ answer: told.answer, info: known?.info });
      }
      if (answers.length > 0) made.push({ shot, answers });
    }
    setWanted(undefined);
    setReady(made);
  };

  useEffect(() => {
    if (ready === undefined) return;
    const end = (): void => setReady(undefined);
    window.addEventListener('afterprint', end, { once: true });
    // The pictures must be there: a browser prints what it has decoded.
    const images = [...document.querySelectorAll<HTMLImageElement>('.sheets img')];
    void Promise.allSettled(images.map((image) => image.decode())).then(() => window.print());
    return () => window.removeEventListener('afterprint', end);
  }, [ready]);

  const sheets = (
    <>
      <Modal opened={wanted !== undefined} onClose={() => setWanted(undefined)} title="Print">
        <Stack>
          <TextInput
            label="Reference on the paper"
            description="A patient's number, for instance. It is printed and sent nowhere."
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          <Text size="xs" c="dimmed">
            Names of files are not printed: they may name a patient.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setWanted(undefined)}>
              Cancel
            </Button>
            <Button onClick={() => void make()}>Print</Button>
          </Group>
        </Stack>
      </Modal>
      {ready !== undefined && <PrintSheets sheets={ready} reference={reference.trim()} />}
    </>
  );
  return { print: setWanted, sheets };
}
