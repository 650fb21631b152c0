import { Grid, Stack } from '@mantine/core';
import { createLazyRoute, Navigate } from '@tanstack/react-router';
import { useAbout } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { Page, PageLoading } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
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
  const read = lastRead(home);
  if (read === undefined) return <Absent title="Home" query={home} />;
  const { counts, demo } = read;
  const isNew = counts.deployments === 0;
  return (
    <Page title="Home" about="What runs, what is live, what needs a decision" query={home}>
      <Stack gap="lg">
        {(isNew || (demo !== null && demo.endedAt === null)) && <FirstSteps counts={counts} demo={demo} />}
        <WaitingFor waiting={read.waiting} isNew={isNew} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <RunningNow />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <LiveNow live={read.live} versions={counts.models} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}
