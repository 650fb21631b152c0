import { Anchor } from '@mantine/core';
import { IconActivityHeartbeat } from '@tabler/icons-react';
import { createLazyRoute } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';

export const Route = createLazyRoute('/monitoring')({ component: Monitoring });

function Monitoring() {
  return (
    <Page title="Monitoring" about="Drift, data quality, model quality and alerts" width="reading">
      <EmptyState
        icon={<IconActivityHeartbeat size={36} stroke={1.4} aria-hidden />}
        title="Monitoring comes with a later version"
      >
        Until then every answer is in the prediction log, feedback gives each variant its figures under Deployments, and{' '}
        <Anchor href="/metrics" underline="always">
          /metrics
        </Anchor>{' '}
        tells Prometheus how the server does, images unlike those of validation among it.
      </EmptyState>
    </Page>
  );
}
