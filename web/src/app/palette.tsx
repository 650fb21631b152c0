import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { IconApi, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useFound } from './found.ts';
import { LATER, ROOMS } from './rooms.ts';

export const openPalette = (): void => spotlight.open();

const ICON = { size: 18, stroke: 1.6 };

/** Ctrl+K: every place, what is found by its name, and what can be done anywhere. */
export function Palette({ rooms }: { rooms: readonly string[] }) {
  const navigate = useNavigate();
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const [query, setQuery] = useState('');
  const found = useFound(query, rooms.includes('home'));
  // Mantine marks the first one as one types, by this attribute; what is found comes later, and Enter must open it too.
  useEffect(() => {
    if (found.length === 0 || document.querySelector('[data-action][data-selected]') !== null) return;
    document.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  }, [found]);
  const groups = useMemo((): SpotlightActionGroupData[] => {
    const whole = rooms.includes('home');
    const places = [...ROOMS.filter(({ id }) => rooms.includes(id)), ...(whole ? LATER : [])];
    return [
      ...found.map(({ group, things }) => ({
        group,
        actions: things.map(({ id, label, to }) => ({
          id,
          label,
          // Whatever letters it was found by.
          keywords: query,
          onClick: () => router.history.push(to),
        })),
      })),
      {
        group: 'Go to',
        actions: places.map(({ id, label, path, about, icon: Icon }) => ({
          id,
          label,
          description: about,
          leftSection: <Icon {...ICON} aria-hidden />,
          onClick: () => void navigate({ to: path }),
        })),
      },
      {
        group: 'Do',
        actions: [
          {
            id: 'light',
            label: 'Light colours',
            leftSection: <IconSun {...ICON} aria-hidden />,
            onClick: () => setColorScheme('light'),
          },
          {
            id: 'dark',
            label: 'Dark colours',
            leftSection: <IconMoon {...ICON} aria-hidden />,
            onClick: () => setColorScheme('dark'),
          },
          {
            id: 'api',
            label: 'The API, described',
            leftSection: <IconApi {...ICON} aria-hidden />,
            onClick: () => void window.location.assign('/docs'),
          },
        ],
      },
    ];
  }, [rooms, found, query, navigate, router, setColorScheme]);
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      nothingFound="Nothing of that name."
      highlightQuery
      scrollable
      maxHeight={420}
      centered={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      attributes={{ content: { 'aria-label': 'Find' } }}
      styles={{ actionDescription: { opacity: 1 } }}
      searchProps={{
        leftSection: <IconSearch {...ICON} aria-hidden />,
        placeholder: 'Where to, or what to do',
        'aria-label': 'Find',
      }}
    />
  );
}
