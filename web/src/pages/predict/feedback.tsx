import { Button, Group, Select, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { type Answer, isLogged } from './queries.ts';
import { type Shot, tray } from './tray.ts';

/** What turned out to be true: it gives the variants their figures. Said again it is a correction. */
export function Feedback({ shot, answer }: { shot: Shot; answer: Answer }) {
  const known = shot.truth[answer.requestId];
  const [label, setLabel] = useState<string | null>(known ?? null);
  const may = useMay('predict');
  const saying = useMutation({
    mutationFn: (truth: string) =>
      ask(api.POST('/v1/feedback', { body: { prediction: answer.requestId, label: truth } })),
    onSuccess: (_, truth) => tray.setTruth(shot.id, answer.requestId, truth),
  });
  if (!isLogged(answer)) {
    return (
      <Text size="xs" c="dimmed">
        This answer is not written down: feedback belongs to answers of deployments.
      </Text>
    );
  }
  return (
    <div className="no-print">
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <Select
          flex={1}
          maw={280}
          size="sm"
          label="What turned out to be true?"
          placeholder="The class, once it is known"
          data={Object.keys(answer.probabilities)}
          value={label}
          onChange={setLabel}
          searchable
          disabled={!may}
        />
        <Button
          variant="default"
          disabled={label === null || label === known || !may}
          loading={saying.isPending}
          onClick={() => label !== null && saying.mutate(label)}
        >
          {known === undefined ? 'Say so' : 'Correct it'}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4} role="status">
        {known === undefined
          ? 'It may come late. It counts in the comparison of versions; the image is not kept.'
          : `Written down: ${known}. ${known === answer.label ? 'The answer was right.' : `The answer, ${answer.label}, was wrong.`}`}
      </Text>
      {saying.error !== null && <FaultPanel error={saying.error} />}
    </div>
  );
}
