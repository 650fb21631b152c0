import { Button, Group, Paper, Select, SimpleGrid, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { NumberField } from '../../components/number-field.tsx';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { useChange } from './change.ts';
import { Meanwhile, useDraft } from './draft.tsx';
import { LIMIT_FIELDS } from './limits.ts';
import type { Deployment, Spec } from './queries.ts';

type Limits = Spec['limits'];

/** How requests become batches, how many may wait, and what keeps a patient with one version. */
export function LimitsPanel({ deployment }: { deployment: Deployment }) {
  const draft = useDraft(deployment, ({ revision: { spec } }) => ({ limits: spec.limits, sticky: spec.sticky }));
  const { base, isChanged } = draft;
  const { limits: now, sticky: stickyNow } = draft.now;
  const { limits, sticky } = draft.value;
  const setLimits = (next: Limits): void => draft.set({ limits: next, sticky });
  const [asked, setAsked] = useState(false);
  const change = useChange(base);
  const mayDecide = useMay('decide');
  const { served } = deployment;
  const changed = LIMIT_FIELDS.filter(({ key }) => limits[key] !== now[key]);
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3">
          Requests
        </Title>
        {served !== null && (
          <Text size="sm" c="dimmed">
            {served.active} under way, {served.waiting} waiting
          </Text>
        )}
      </Group>
      <Meanwhile draft={draft} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        <Select
          label="A key stands for"
          description="it stays with its version"
          data={[
            { value: 'patient', label: 'a patient' },
            { value: 'session', label: 'a session' },
            { value: 'request', label: 'one request' },
          ]}
          value={sticky}
          allowDeselect={false}
          disabled={!mayDecide}
          onChange={(value) => value !== null && draft.set({ limits, sticky: value as Spec['sticky'] })}
        />
        {LIMIT_FIELDS.map(({ key, label, about, min, max }) => (
          <NumberField
            key={key}
            label={label}
            description={about}
            min={min}
            max={max}
            value={limits[key]}
            disabled={!mayDecide}
            onChange={(value) => typeof value === 'number' && setLimits({ ...limits, [key]: value })}
          />
        ))}
      </SimpleGrid>
      {isChanged && (
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={draft.discard}>
            Leave it as it is
          </Button>
          <Button onClick={() => setAsked(true)}>Put in force…</Button>
        </Group>
      )}
      <ReasonModal
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Change how ${deployment.name} takes requests`}
        action="Put in force"
        onSay={({ reason }) =>
          change.set(
            {
              why: reason,
              limits: Object.fromEntries(changed.map(({ key }) => [key, limits[key]])),
              ...(sticky === stickyNow ? {} : { sticky }),
            },
            'The limits are changed.',
          )
        }
      >
        <Meanwhile draft={draft} />
        {changed.map(({ key, label }) => (
          <Text key={key} size="sm">
            {label}: {now[key]} → {limits[key]}
          </Text>
        ))}
        {sticky !== stickyNow && (
          <Text size="sm">
            A key stands for a {sticky}, not a {stickyNow}.
          </Text>
        )}
      </ReasonModal>
    </Paper>
  );
}
