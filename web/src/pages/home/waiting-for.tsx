import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconChartLine,
  IconChevronRight,
  IconCircleCheck,
  IconPlayerPause,
  IconPlugConnectedX,
  IconUserCheck,
} from '@tabler/icons-react';
import { Place } from '../../components/place.tsx';
import { Section } from '../../components/section.tsx';
import { When } from '../../components/when.tsx';
import { counted } from '../../say.ts';
import type { Waiting } from './data.ts';
import './home.css';

const KINDS = {
  fault: {
    icon: IconPlugConnectedX,
    color: 'red',
    todo: 'See what is wrong',
    where: (name: string) => `/deployments/${encodeURIComponent(name)}`,
  },
  approve: { icon: IconUserCheck, color: 'teal', todo: 'Look at the evidence and decide', where: versionPlace },
  evidence: {
    icon: IconArrowsSplit2,
    color: 'teal',
    todo: 'Compare and decide',
    where: (name: string) => `/deployments/${encodeURIComponent(name)}`,
  },
  leaks: { icon: IconAlertTriangle, color: 'orange', todo: 'Look at the audit', where: datasetPlace },
  work: { icon: IconPlayerPause, color: 'orange', todo: 'Begin it again', where: datasetPlace },
  begun: {
    icon: IconPlayerPause,
    color: 'orange',
    todo: 'See what it said',
    where: (id: string) => `/runs/trainings/${id}`,
  },
  broken: { icon: IconChartLine, color: 'orange', todo: 'Look at the run', where: (id: string) => `/runs/${id}` },
} as const;

function versionPlace(name: string): string {
  const [model = '', version = ''] = name.split('@');
  return `/models/${encodeURIComponent(model)}/${version}`;
}

function datasetPlace(name: string): string {
  const [dataset = '', version = ''] = name.split('@');
  return `/datasets/${encodeURIComponent(dataset)}/${version}`;
}

/** What needs a person, the most pressing first. */
export function WaitingFor({ waiting, isNew }: { waiting: readonly Waiting[]; isNew: boolean }) {
  if (waiting.length === 0 && isNew) return null;
  return (
    <Section title="Needs a decision" count={waiting.length === 0 ? undefined : counted(waiting.length, 'thing')}>
      {waiting.length === 0 ? (
        <Group gap="sm">
          <IconCircleCheck size={20} stroke={1.6} aria-hidden />
          <Text size="sm">Nothing waits for you. Versions to approve, faults and evidence show here.</Text>
        </Group>
      ) : (
        <Stack gap={0} component="ul" className="home-list">
          {waiting.map((one) => (
            <Item key={`${one.kind} ${one.subject} ${one.words}`} one={one} />
          ))}
        </Stack>
      )}
    </Section>
  );
}

function Item({ one: { kind, subject, words, since } }: { one: Waiting }) {
  const { icon: Icon, color, todo, where } = KINDS[kind];
  return (
    <li>
      <Place to={where(subject)} className="home-item">
        <ThemeIcon variant="light" color={color} size="lg" aria-hidden>
          <Icon size={18} stroke={1.6} />
        </ThemeIcon>
        <div className="home-item-words">
          <Text size="sm">{words}</Text>
          <Text size="xs" c="dimmed">
            {todo}
            {since !== null && (
              <>
                {' · '}
                <When at={since} />
              </>
            )}
          </Text>
        </div>
        <IconChevronRight size={18} stroke={1.6} aria-hidden />
      </Place>
    </li>
  );
}
