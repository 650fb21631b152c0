import { Group, Text, useComputedColorScheme } from '@mantine/core';
import { Swatch, seriesStyle } from '../../charts/index.ts';
import './deployments.css';
import type { Member } from './queries.ts';
import { percent } from './words.ts';

type Part = Pick<Member, 'name' | 'role' | 'share'>;

/** The place of a member in the palette: the same in the bar, in charts and in tables of one deployment. */
export const placeOf = (members: readonly { name: string }[], name: string): number =>
  Math.max(
    0,
    members.findIndex((one) => one.name === name),
  );

/** The traffic as a bar, with who has which part of it in words. */
export function ShareBar({ members, legend = true }: { members: readonly Part[]; legend?: boolean }) {
  const scheme = useComputedColorScheme('light');
  const parts = members.filter(({ role }) => role !== 'shadow');
  const words = parts.map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
  return (
    <div>
      <div className="shares" role="img" aria-label={`Traffic: ${words}`}>
        {parts.map(({ name, role, share }) => (
          <span
            key={name}
            data-role={role}
            style={{ width: percent(share, 3), backgroundColor: seriesStyle(placeOf(members, name), scheme).colour }}
          />
        ))}
      </div>
      {legend && (
        <Group gap="md" mt={6}>
          {members.map(({ name, role, share }) => (
            <Group key={`${role} ${name}`} gap={6} wrap="nowrap">
              <Swatch place={placeOf(members, name)} scheme={scheme} />
              <Text size="sm">
                {name}{' '}
                <Text span size="sm" c="dimmed">
                  {role === 'shadow' ? 'shadow' : percent(share)}
                  {role === 'canary' ? ' canary' : ''}
                </Text>
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </div>
  );
}
