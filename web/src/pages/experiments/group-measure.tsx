import { Button, Group, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { DecisionField } from './decision-field.tsx';
import type { Repeated } from './queries.ts';

/** Measures all runs of a group on test. */
export function GroupMeasure({ group, busy }: { group: Repeated; busy: boolean }) {
  const client = useQueryClient();
  const may = useMay('write');
  const [decision, setDecision] = useState(group.decision);
  const measure = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/groups/{group}/evaluate', {
          params: { path: { group: group.id } },
          body: { split: 'test', decision },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['running'] }),
  });
  const again = group.measured.some(({ split }) => split === 'test');
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        {again ? 'Measure them again' : 'Measure them on test'}
      </Title>
      <Stack gap="sm">
        {/* Of two classes the threshold decides. */}
        {(group.classes ?? 0) > 2 && <DecisionField value={decision} onChange={setDecision} preset={group.decision} />}
        {measure.error !== null && <FaultPanel error={measure.error} title="It was not begun." />}
        <Group>
          <Button
            variant={again ? 'default' : 'filled'}
            disabled={!may || busy}
            loading={measure.isPending}
            onClick={() => measure.mutate()}
          >
            {again ? 'Measure on test again' : 'Measure on test'}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
