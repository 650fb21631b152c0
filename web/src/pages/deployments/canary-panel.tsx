import {
  Badge,
  Button,
  Group,
  List,
  Paper,
  SimpleGrid,
  Stack,
  Stepper,
  Switch,
  Text,
  TextInput,
  ThemeIcon,
  Title,
  Tooltip,
} from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCheck, IconClock, IconMinus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { ConfirmTyped } from '../../components/confirm-typed.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { isAbsent } from '../../components/reading.ts';
import { ReasonModal } from '../../components/reason-modal.tsx';
import { duration } from '../../say.ts';
import { AddVersion } from './add-version.tsx';
import { useChange } from './change.ts';
import { type Canary, canary as canaryQuery, type Deployment } from './queries.ts';

/** A version with a small share that grows, or goes, by itself. */
export function CanaryPanel({ deployment }: { deployment: Deployment }) {
  return deployment.revision.spec.canary === null ? (
    <Begin deployment={deployment} />
  ) : (
    <UnderWay deployment={deployment} />
  );
}

function UnderWay({ deployment }: { deployment: Deployment }) {
  const spec = deployment.revision.spec.canary!;
  const found = useQuery(canaryQuery(deployment.name));
  const narrow = useMediaQuery('(max-width: 48em)');
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h3">
          Canary {spec.name}
        </Title>
        <Text size="sm" c="dimmed">
          {found.data === undefined ? '' : `at this step for ${duration(found.data.seconds)}`}
        </Text>
      </Group>
      <Stepper active={spec.step} size="sm" iconSize={34} orientation={narrow ? 'vertical' : 'horizontal'}>
        {spec.plan.steps.map((percent, i) => (
          <Stepper.Step
            key={percent}
            label={`${percent}%`}
            description={i < spec.step ? 'done' : i === spec.step ? 'now' : ''}
            icon={<span>{i + 1}</span>}
          />
        ))}
        <Stepper.Step label="live" description="in place of the live ones" icon={<span>✓</span>} />
      </Stepper>
      {isAbsent(found) && <FaultPanel error={found.error} />}
      {found.data !== undefined && <Progress canary={found.data} />}
      <ByHand deployment={deployment} name={spec.name} />
    </Paper>
  );
}

const STATES = {
  met: { icon: IconCheck, color: 'teal', label: 'met' },
  waiting: { icon: IconClock, color: 'yellow', label: 'waiting' },
  broken: { icon: IconX, color: 'red', label: 'broken: it goes back' },
  unasked: { icon: IconMinus, color: 'gray', label: 'not asked' },
} as const;

const WHAT: Record<Canary['conditions'][number]['what'], string> = {
  requests: 'Answers at this step',
  seconds: 'Time at this step',
  failures: 'Failures',
  latency: 'Latency',
  quality: 'Feedback',
};

function Progress({ canary: { conditions, next } }: { canary: Canary }) {
  const broken = conditions.some(({ state }) => state === 'broken');
  const waits = conditions.filter(({ state }) => state === 'waiting').length;
  return (
    <Stack gap="sm" mt="md">
      <Text size="sm" aria-live="polite">
        {broken
          ? 'It is taken back at the next look.'
          : waits > 0
            ? `The next step (${next === null ? 'live' : `${next}%`}) waits for ${waits === 1 ? 'one condition' : `${waits} conditions`}.`
            : `The next step (${next === null ? 'live' : `${next}%`}) is due.`}
      </Text>
      <List spacing={6} size="sm" styles={{ itemWrapper: { alignItems: 'flex-start' } }}>
        {conditions.map(({ what, state, words }) => {
          const { icon: Icon, color, label } = STATES[state];
          return (
            <List.Item
              key={what}
              icon={
                <ThemeIcon size={20} radius="xl" variant="light" color={color}>
                  <Icon size={13} aria-label={label} />
                </ThemeIcon>
              }
            >
              <b>{WHAT[what]}</b>: {words}
            </List.Item>
          );
        })}
      </List>
    </Stack>
  );
}

function ByHand({ deployment, name }: { deployment: Deployment; name: string }) {
  const [asked, setAsked] = useState<'promote' | 'rollback'>();
  const change = useChange(deployment);
  const mayDecide = useMay('decide');
  const close = () => setAsked(undefined);
  return (
    <Group mt="lg" justify="flex-end">
      <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
        <Button variant="default" onClick={() => setAsked('rollback')} disabled={!mayDecide}>
          Take it back…
        </Button>
      </Tooltip>
      <Button onClick={() => setAsked('promote')} disabled={!mayDecide}>
        Make it live now…
      </Button>
      <ReasonModal
        opened={asked === 'rollback'}
        onClose={close}
        title={`Take the canary ${name} back`}
        action="Take it back"
        onSay={({ reason }) => change.rollback(reason)}
      >
        <Text size="sm">The live versions have all of the traffic again.</Text>
      </ReasonModal>
      <ConfirmTyped
        opened={asked === 'promote'}
        onClose={close}
        title={`Make ${name} live now`}
        word={name}
        action="Make it live"
        withReason
        onConfirm={(reason) => change.promote(reason)}
      >
        It takes the place of all live versions at once, whatever its plan still waits for.
      </ConfirmTyped>
    </Group>
  );
}

const DEFAULTS = {
  steps: '5, 25, 50',
  minRequests: 200,
  minSeconds: 60,
  maxErrorRate: 1,
  /** Null: not compared. */
  maxLatencyRatio: 2 as number | null,
  quality: true,
};

function Begin({ deployment }: { deployment: Deployment }) {
  const [model, setModel] = useState<string>();
  const [plan, setPlan] = useState(DEFAULTS);
  const [asked, setAsked] = useState(false);
  const change = useChange(deployment);
  const mayDecide = useMay('decide');
  const steps = stepsOf(plan.steps);
  const set = (key: 'minRequests' | 'minSeconds' | 'maxErrorRate') => (value: number | string) =>
    typeof value === 'number' && setPlan({ ...plan, [key]: value });
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3">
        Canary
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        A version with a small share that grows while it does well, and goes by itself when it fails, is slow, or
        feedback shows it to be worse.
      </Text>
      <AddVersion
        label="Version to try"
        taken={deployment.members.filter(({ role }) => role === 'live').map(({ name }) => name)}
        disabled={!mayDecide}
        {...(model === undefined ? {} : { value: model })}
        onAdd={setModel}
      />
      {model !== undefined && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} mt="md">
            <TextInput
              label="Steps in per cent"
              description="rising, with commas"
              value={plan.steps}
              onChange={(event) => setPlan({ ...plan, steps: event.currentTarget.value })}
              error={steps === null ? 'Rising numbers up to 100, like 5, 25, 50' : undefined}
            />
            <NumberField
              label="Answers at each step"
              description="at least; 40 of either to compare latencies"
              min={1}
              value={plan.minRequests}
              onChange={set('minRequests')}
            />
            <NumberField
              label="Seconds at each step"
              description="at least"
              min={0}
              value={plan.minSeconds}
              onChange={set('minSeconds')}
            />
            <NumberField
              label="Failures that may be (%)"
              description="more, for certain: back"
              min={0}
              max={100}
              value={plan.maxErrorRate}
              onChange={set('maxErrorRate')}
            />
            <NumberField
              label="Times as slow as live"
              description="slower: back; empty: not compared"
              min={0.1}
              step={0.1}
              value={plan.maxLatencyRatio ?? ''}
              onChange={(value) => setPlan({ ...plan, maxLatencyRatio: typeof value === 'number' ? value : null })}
            />
            <Switch
              mt="lg"
              label="Back when feedback shows it to be worse"
              checked={plan.quality}
              onChange={(event) => setPlan({ ...plan, quality: event.currentTarget.checked })}
            />
          </SimpleGrid>
          <Group mt="md" justify="flex-end">
            <Button variant="default" onClick={() => setModel(undefined)}>
              No canary
            </Button>
            <Button disabled={steps === null} onClick={() => setAsked(true)}>
              Begin with {steps?.[0] ?? '?'}%…
            </Button>
          </Group>
          <ReasonModal
            opened={asked}
            onClose={() => setAsked(false)}
            title={`Begin the canary ${model}`}
            action="Begin"
            onSay={async ({ reason }) => {
              const { minRequests, minSeconds, maxErrorRate, maxLatencyRatio, quality } = plan;
              await change.canary({
                model,
                why: reason,
                plan: {
                  steps: steps!,
                  minRequests,
                  minSeconds,
                  maxErrorRate: maxErrorRate / 100,
                  maxLatencyRatio,
                  quality,
                },
              });
              setModel(undefined);
            }}
          >
            <Group gap={6}>
              {steps?.map((step) => (
                <Badge key={step}>{step}%</Badge>
              ))}
              <Badge>live</Badge>
            </Group>
          </ReasonModal>
        </>
      )}
    </Paper>
  );
}

/** Null where they are no rising per cents. */
function stepsOf(text: string): number[] | null {
  const steps = text.split(',').map((part) => Number(part.trim()));
  const good =
    steps.length > 0 && steps.every((step, i) => step > 0 && step <= 100 && (i === 0 || step > steps[i - 1]!));
  return good ? steps : null;
}
