import { Button, Group, Paper, Select, SimpleGrid, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { NumberField } from '../../components/number-field.tsx';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { useChange } from './change.ts';
import { LIMIT_FIELDS } from './limits.ts';
import type { Deployment, Spec } from './queries.ts';

type Limits = Spec['limits'];

/** How requests become batches, how many may wait, and what keeps a patient with one version. */
export function LimitsPanel({ deployment }: { deployment: Deployment }) {
  const { limits: now, sticky: stickyNow } = deployment.revision.spec;
  const [limits, setLimits] = useState<Limits>(now);
  const [sticky, setSticky] = useState(stickyNow);
  const [asked, setAsked] = useState(false);
  const change = useChange(deployment);
  const mayDecide = useMay('decide');
  const { served } = deployment;
  const changed = LIMIT_FIELDS.filter(({ key }) => limits[key] !== now[key]);
  const isChanged = changed.length > 0 || sticky !== stickyNow;
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
          onChange={(value) => value !== null && setSticky(value as Spec['sticky'])}
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
          <Button
            variant="default"
            onClick={() => {
              setLimits(now);
              setSticky(stickyNow);
            }}
          >
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
