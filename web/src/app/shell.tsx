import './shell.css';
import { AppShell, Badge, Burger, Divider, Group, Loader, ScrollArea, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { FaultPanel } from '../components/fault-panel.tsx';
import { SignIn } from '../pages/sign-in/sign-in.tsx';
import { Brand } from './brand.tsx';
import { ColourScheme } from './colour-scheme.tsx';
import { type Stream, useLive } from './live.ts';
import { openPalette, Palette } from './palette.tsx';
import { LATER, ROOMS } from './rooms.ts';
import { useAbout } from './session.ts';
import { Shortcuts } from './shortcuts.tsx';
import { User } from './user.tsx';

/** The frame of every page: navigation, who is there, and the way to everything by keyboard. */
export function Shell() {
  const about = useAbout();
  const [opened, { toggle, close }] = useDisclosure();
  const methods = about.data?.auth.required === true && about.data.user === null ? about.data.auth.methods : null;
  const mustSignIn = methods !== null;
  const stream = useLive(about.data !== undefined && !mustSignIn && about.data.rooms.includes('home'));
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    if (path !== '') close();
  }, [path, close]);
  const rooms = useMemo<readonly string[]>(() => about.data?.rooms ?? [], [about.data]);

  if (methods !== null) return <SignIn methods={methods} />;
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" justify="space-between">
          <Brand />
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={opened ? 'Close the menu' : 'Open the menu'} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" aria-label="Parts of Osler">
        <AppShell.Section visibleFrom="sm" mb="md" px={4}>
          <Brand />
        </AppShell.Section>
        <AppShell.Section mb="sm">
          <button type="button" className="shell-find" onClick={openPalette}>
            <IconSearch size={16} stroke={1.6} aria-hidden /> Find <kbd aria-hidden>Ctrl K</kbd>
          </button>
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea}>
          <Navigation rooms={rooms} />
        </AppShell.Section>
        <AppShell.Section>
          <Divider mb="sm" />
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <User />
            <ColourScheme />
          </Group>
          <Group gap={8} mt="xs" px={4}>
            {rooms.includes('home') && <Live stream={stream} />}
            <Text size="xs" c="dimmed">
              {about.data === undefined ? '' : `Osler ${about.data.version}`} ·{' '}
              <a href="/docs" style={{ color: 'inherit' }}>
                API
              </a>
            </Text>
          </Group>
          <Text size="xs" c="dimmed" px={4} mt={2}>
            Not a medical device.
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" bg="var(--ground)" tabIndex={-1}>
        {about.error !== null && about.data === undefined ? (
          <FaultPanel error={about.error} onRetry={() => void about.refetch()} />
        ) : about.data === undefined ? (
          <Loader m="xl" aria-label="Loading" />
        ) : (
          <Outlet />
        )}
      </AppShell.Main>
      <Palette rooms={rooms} />
      <Shortcuts rooms={rooms} />
    </AppShell>
  );
}

function Navigation({ rooms }: { rooms: readonly string[] }) {
  const here = ROOMS.filter(({ id }) => rooms.includes(id));
  const whole = rooms.includes('home');
  return (
    <div className="shell-nav">
      {here.map(({ id, label, path, icon: Icon }) => (
        <Link key={id} to={path} className="shell-link" activeOptions={{ exact: path === '/', includeSearch: false }}>
          <Icon size={19} stroke={1.6} aria-hidden /> {label}
        </Link>
      ))}
      {whole && (
        <>
          <Divider my={8} />
          {LATER.map(({ id, label, path, icon: Icon }) => (
            <Link key={id} to={path} className="shell-link">
              <Icon size={19} stroke={1.6} aria-hidden /> {label}
              <Badge size="xs" ml="auto" c="dimmed">
                later
              </Badge>
            </Link>
          ))}
        </>
      )}
    </div>
  );
}

const WORDS: Record<Stream, string> = {
  open: 'Live: changes show by themselves',
  waiting: 'The server is not heard; trying again',
  off: 'Not live',
};

function Live({ stream }: { stream: Stream }) {
  return (
    <Tooltip label={WORDS[stream]}>
      <span className="shell-dot" data-state={stream} role="img" aria-label={WORDS[stream]} />
    </Tooltip>
  );
}
