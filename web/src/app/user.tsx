import { Menu, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, ask } from '../api/client.ts';
import { failed } from '../components/notify.tsx';
import { useAbout } from './session.ts';

/** Who acts here, as the audit trail names them, and the way out. */
export function User() {
  const { data } = useAbout();
  if (data === undefined || data.user === null) return <span />;
  const { name } = data.user;
  const shown = (
    <Text size="sm" px={4} style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }} span>
      <IconUser size={16} stroke={1.6} aria-hidden style={{ flex: 'none' }} />
      <span className="clip">{name}</span>
    </Text>
  );
  if (data.auth.required) return <SignedIn name={name}>{shown}</SignedIn>;
  return (
    <Tooltip label={`What you decide here stands in the audit trail as done by ${name}.`}>
      <div style={{ minWidth: 0 }}>{shown}</div>
    </Tooltip>
  );
}

function SignedIn({ name, children }: { name: string; children: ReactNode }) {
  const client = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/session', {})),
    // Nothing of what was seen stays in this browser.
    onSuccess: () => {
      client.clear();
      window.location.assign('/');
    },
    onError: failed,
  });
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <UnstyledButton style={{ minWidth: 0 }} aria-label={`Signed in as ${name}`}>
          {children}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Signed in as {name}</Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
