import { Text, Tooltip } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useAbout } from './session.ts';

/** Who acts here, as the audit trail names them. */
export function User() {
  const { data } = useAbout();
  const user = data?.user;
  if (user == null) return <span />;
  return (
    <Tooltip label={`What you decide here is told to the audit trail as done by ${user.name}.`}>
      <Text size="sm" className="clip" style={{ display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 }} px={4}>
        <IconUser size={16} stroke={1.6} aria-hidden style={{ flex: 'none' }} />
        <span className="clip">{user.name}</span>
      </Text>
    </Tooltip>
  );
}
