import {
  ActionIcon,
  Alert,
  Button,
  Group,
  NumberInput,
  Paper,
  Slider,
  Stack,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { ReasonModal, type Said } from '../../components/reason-modal.tsx';
import { AddVersion } from './add-version.tsx';
import { CanaryPanel } from './canary-panel.tsx';
import { useChange } from './change.ts';
import { Meanwhile, useDraft } from './draft.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import type { Deployment } from './queries.ts';
import { ShareBar } from './share-bar.tsx';
import { added, moved, type Part, partsOf, removed } from './shares.ts';
import { percent } from './words.ts';

/** Who answers which part of the traffic, and the way to change it. */
export function TrafficPart({ deployment }: { deployment: Deployment }) {
  return (
    <Stack gap="lg">
      <LeftOut deployment={deployment} />
      <Shares deployment={deployment} />
      <CanaryPanel deployment={deployment} />
      <Shadows deployment={deployment} />
      <LimitsPanel deployment={deployment} />
    </Stack>
  );
}

function LeftOut({ deployment: { served, fault } }: { deployment: Deployment }) {
  if (fault === null && (served === null || served.leftOut.length === 0)) return null;
  return (
    <Alert color="orange" title={titleOf(served)}>
      {(served === null || served.leftOut.length === 0) && <Text size="sm">{fault}</Text>}
      {served?.leftOut.map(({ name, role, why }) => (
        <Text key={`${role} ${name}`} size="sm">
          <b>{name}</b> ({role}): {why} {role === 'live' ? 'The other live ones have its share.' : ''}
        </Text>
      ))}
    </Alert>
  );
}

function titleOf(served: Deployment['served']): string {
  if (served === null) return 'It does not answer';
  return served.leftOut.length > 0 ? 'Some of it does not answer' : 'Not wholly what the store says';
}

function Shares({ deployment }: { deployment: Deployment }) {
  const draft = useDraft(deployment, ({ revision }): Part[] => partsOf(revision.spec.live));
  const { base, now, value: parts, set: setParts, isChanged } = draft;
  const { canary } = base.revision.spec;
  const [asked, setAsked] = useState(false);
  const change = useChange(base);
  const mayDecide = useMay('decide');
  const part = canary === null ? 0 : (canary.plan.steps[canary.step] ?? 0) / 100;
  const put = ({ reason, override }: Said) =>
    change.set(
      {
        live: parts.map(({ name, percent: weight }) => ({ model: name, weight })),
        why: reason,
        ...(override === undefined ? {} : { override }),
      },
      'The traffic is changed.',
    );
  const preview = [
    ...parts.map(({ name, percent: own }) => ({ name, role: 'live' as const, share: (own / 100) * (1 - part) })),
    ...base.members.filter(({ role }) => role !== 'live'),
  ];
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3" mb="sm">
        Live versions
      </Title>
      <Meanwhile draft={draft} />
      <ShareBar members={preview} />
      {canary !== null && (
        <Text size="sm" c="dimmed" mt="xs">
          The canary {canary.name} has {percent(part)}; the live ones share the rest as set here.
        </Text>
      )}
      <Stack gap="lg" mt="lg">
        {parts.map(({ name, percent: own }) => (
          <ShareRow
            key={name}
            name={name}
            own={own}
            before={now.find((one) => one.name === name)?.percent ?? null}
            alone={parts.length === 1}
            disabled={!mayDecide}
            onMove={(to) => setParts(moved(parts, name, to))}
            onRemove={() => setParts(removed(parts, name))}
          />
        ))}
      </Stack>
      <Group mt="lg" justify="space-between" align="flex-end">
        <AddVersion
          label="Add a live version"
          taken={[...parts.map(({ name }) => name), ...(canary === null ? [] : [canary.name])]}
          disabled={!mayDecide}
          onAdd={(name) => setParts(added(parts, name))}
        />
        <Group>
          {isChanged && (
            <Button variant="default" onClick={draft.discard}>
              Leave it as it is
            </Button>
          )}
          <Tooltip label="This needs the role approver or admin." disabled={mayDecide}>
            <Button disabled={!isChanged || !mayDecide} onClick={() => setAsked(true)}>
              Put in force…
            </Button>
          </Tooltip>
        </Group>
      </Group>
      <ReasonModal
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Change the traffic of ${deployment.name}`}
        action="Put in force"
        onSay={put}
      >
        <Meanwhile draft={draft} />
        <Difference before={now} after={parts} />
      </ReasonModal>
    </Paper>
  );
}

interface RowProps {
  name: string;
  own: number;
  /** In force; null where it takes part newly. */
  before: number | null;
  alone: boolean;
  disabled: boolean;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function ShareRow({ name, own, before, alone, disabled, onMove, onRemove }: RowProps) {
  return (
    <Group wrap="nowrap" gap="md" align="center">
      <Text size="sm" fw={600} w={{ base: 130, md: 280 }} className="clip" title={name}>
        {name}
      </Text>
      <Slider
        flex={1}
        miw={80}
        min={1}
        max={100}
        value={own}
        label={(value) => `${value}%`}
        thumbLabel={`Share of ${name} in per cent`}
        disabled={disabled || alone}
        onChange={onMove}
        {...(before === null || before === own ? {} : { marks: [{ value: before }] })}
      />
      <NumberInput
        w={92}
        size="xs"
        aria-label={`Share of ${name} in per cent, as a number`}
        suffix=" %"
        min={1}
        max={100}
        value={own}
        disabled={disabled || alone}
        onChange={(value) => typeof value === 'number' && onMove(value)}
      />
      <Tooltip label={alone ? 'One live version is needed' : `Take ${name} out`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Take ${name} out`}
          disabled={disabled || alone}
          onClick={onRemove}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function Difference({ before, after }: { before: readonly Part[]; after: readonly Part[] }) {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const of = (parts: readonly Part[], name: string): string => {
    const found = parts.find((part) => part.name === name);
    return found === undefined ? 'none' : `${found.percent}%`;
  };
  return (
    <div>
      {names.map((name) => (
        <Text key={name} size="sm">
          <b>{name}</b>: {of(before, name)}
          {of(before, name) === of(after, name) ? ', as before' : ` → ${of(after, name)}`}
        </Text>
      ))}
    </div>
  );
}

function Shadows({ deployment }: { deployment: Deployment }) {
  const draft = useDraft(deployment, ({ revision }) => revision.spec.shadows.map(({ name }) => name));
  const { base, value: names, set: setNames, isChanged } = draft;
  const { live, canary } = base.revision.spec;
  const [asked, setAsked] = useState(false);
  const change = useChange(base);
  const mayDecide = useMay('decide');
  const taken = [...names, ...live.map(({ name }) => name), ...(canary === null ? [] : [canary.name])];
  return (
    <Paper withBorder p="lg">
      <Title order={2} size="h3">
        Shadows
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        They see copies of the requests after the answer is out. What they say is written down and never given; versions
        that wait for approval may be watched so.
      </Text>
      <Meanwhile draft={draft} />
      {names.length === 0 && <Text size="sm">None.</Text>}
      {names.map((name) => (
        <Group key={name} gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Take the shadow ${name} out`}
            disabled={!mayDecide}
            onClick={() => setNames(names.filter((one) => one !== name))}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group mt="sm" justify="space-between" align="flex-end">
        <AddVersion
          label="Add a shadow"
          taken={taken}
          disabled={!mayDecide || names.length >= 5}
          onAdd={(name) => setNames([...names, name])}
        />
        {isChanged && (
          <Group>
            <Button variant="default" onClick={draft.discard}>
              Leave it as it is
            </Button>
            <Button onClick={() => setAsked(true)}>Put in force…</Button>
          </Group>
        )}
      </Group>
      <ReasonModal
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Change the shadows of ${deployment.name}`}
        action="Put in force"
        onSay={({ reason, override }) =>
          change.set(
            { shadows: names, why: reason, ...(override === undefined ? {} : { override }) },
            'The shadows are changed.',
          )
        }
      >
        <Meanwhile draft={draft} />
        <Text size="sm">Shadows: {names.length === 0 ? 'none' : names.join(', ')}.</Text>
      </ReasonModal>
    </Paper>
  );
}
