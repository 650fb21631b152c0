import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from './empty-state.tsx';
import { Page } from './page.tsx';

/** An address that names no place. */
export function NotHere() {
  return (
    <Page title="Nothing here" width="reading">
      <EmptyState
        icon={<IconCompass size={36} stroke={1.4} aria-hidden />}
        title="There is no such page"
        actions={
          <Button component={Link} to="/">
            Home
          </Button>
        }
      >
        The address may be misspelt, or what it named is gone.
      </EmptyState>
    </Page>
  );
}
