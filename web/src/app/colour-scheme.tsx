import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const LOOKS = {
  auto: { icon: IconDeviceDesktop, label: 'Colours: as the system' },
  light: { icon: IconSun, label: 'Colours: light' },
  dark: { icon: IconMoon, label: 'Colours: dark' },
} as const;

export function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { icon: Icon, label } = LOOKS[colorScheme];
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${label}. Change`}
        onClick={() => setColorScheme(NEXT[colorScheme])}
      >
        <Icon size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
