import { Alert, Grid, Stack } from '@mantine/core';
import { createLazyRoute, Navigate } from '@tanstack/react-router';
import { useAbout } from '../../app/session.ts';
import { Failed } from '../../components/failed.tsx';
import { Page, PageLoading } from '../../components/page.tsx';
import { useHome } from './data.ts';
import { FirstSteps } from './first-steps.tsx';
import { LiveNow } from './live-now.tsx';
import { RunningNow } from './running-now.tsx';
import { WaitingFor } from './waiting-for.tsx';

export const Route = createLazyRoute('/')({ component: HomeOrPredict });

/** A server that only predicts has no Home. */
function HomeOrPredict() {
  const about = useAbout();
  if (about.data === undefined) return <PageLoading title="Home" />;
  return about.data.rooms.includes('home') ? <Home /> : <Navigate to="/predict" replace />;
}

function Home() {
  const home = useHome();
  if (home.data === undefined) {
    if (home.error !== null) return <Failed title="Home" error={home.error} onRetry={() => void home.refetch()} />;
    return <PageLoading title="Home" />;
  }
  const { counts, demo } = home.data;
  const isNew = counts.deployments === 0;
  return (
    <Page title="Home" about="What runs, what is live, what needs a decision">
      <Stack gap="lg">
        {home.error !== null && (
          <Alert color="orange" role="status">
            The server does not answer at the moment. This is how things were when it last did.
          </Alert>
        )}
        {(isNew || (demo !== null && demo.endedAt === null)) && <FirstSteps counts={counts} demo={demo} />}
        <WaitingFor waiting={home.data.waiting} isNew={isNew} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <RunningNow />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <LiveNow live={home.data.live} versions={counts.models} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}
