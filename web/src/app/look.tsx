import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePrinting } from './printing.ts';
import { theme } from './theme.ts';

/** Colours as the person wants them; on paper always the light ones. */
export function Look({ children }: { children: ReactNode }) {
  const printing = usePrinting();
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" {...(printing ? { forceColorScheme: 'light' } : {})}>
      {children}
    </MantineProvider>
  );
}
