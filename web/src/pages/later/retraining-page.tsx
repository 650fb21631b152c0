import { IconRefresh } from '@tabler/icons-react';
import { createLazyRoute } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';

export const Route = createLazyRoute('/retraining')({ component: Retraining });

function Retraining() {
  return (
    <Page title="Retraining" about="Triggers, and what they set in motion" width="reading">
      <EmptyState
        icon={<IconRefresh size={36} stroke={1.4} aria-hidden />}
        title="Retraining by trigger comes with a later version"
      >
        Until then a training is begun under Experiments, registered and approved under Models, and tried as a canary
        under Deployments.
      </EmptyState>
    </Page>
  );
}
