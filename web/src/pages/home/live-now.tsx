import { Badge, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Place } from '../../components/place.tsx';
import { Section } from '../../components/section.tsx';
import { When } from '../../components/when.tsx';
import type { Live } from './data.ts';
import './home.css';

/** Deployments, with who answers and what part of the traffic each has. */
export function LiveNow({ live, versions }: { live: readonly Live[]; versions: number }) {
  return (
    <Section title="Live" count={live.length === 0 ? undefined : String(live.length)}>
      {live.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is deployed.{' '}
          {versions === 0 ? 'A model is registered and approved first.' : 'An approved version is put in force under '}
          {versions > 0 && (
            <Place to="/deployments" className="home-link">
              Deployments
            </Place>
          )}
          {versions > 0 && '.'}
        </Text>
      )}
      <Stack gap={0} component="ul" className="home-list">
        {live.map((one) => (
          <li key={one.name}>
            <Place to={`/deployments/${encodeURIComponent(one.name)}`} className="home-item">
              <div className="home-item-words">
                <Deployment one={one} />
              </div>
            </Place>
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function Deployment({ one: { name, revision, at, who, members, fault } }: { one: Live }) {
  const answering = members.filter(({ share }) => share > 0);
  const shadows = members.filter(({ role }) => role === 'shadow');
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} className="clip">
          {name}
        </Text>
        {fault !== null && (
          <Badge color="red" variant="light" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
            fault
          </Badge>
        )}
      </Group>
      <div className="home-shares" aria-hidden>
        {answering.map((member) => (
          <span key={member.name} data-role={member.role} style={{ width: `${100 * member.share}%` }} />
        ))}
      </div>
      <Text size="xs" c="dimmed">
        {answering
          .map((member) => `${member.name} ${percent(member.share)}${member.role === 'canary' ? ' canary' : ''}`)
          .join(', ')}
        {shadows.length > 0 && `, ${shadows.map((member) => member.name).join(', ')} in the shadow`}
      </Text>
      <Text size="xs" c="dimmed">
        revision {revision} by {who}, <When at={at} />
      </Text>
    </Stack>
  );
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;
