import './experiments.css';
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { HomeButton } from '../../components/home-button.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { datasetsOf } from './datasets.ts';
import { NewForm } from './new-form.tsx';

export const Route = createLazyRoute('/runs/new')({ component: New });

/** A training or a sweep is begun: a recipe, a dataset, and what is to differ from the recipe. */
function New() {
  const search = Route.useSearch();
  const datasets = useQuery(datasetsOf());
  const all = lastRead(datasets);
  if (all === undefined) return <Absent title="Begin a training" query={datasets} />;
  return (
    <Page
      title="Begin a training"
      query={datasets}
      width="reading"
      about="It runs in a process of its own on the server's machine, and goes on when the page is closed or the server ends."
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs">
            Experiments
          </Anchor>
        </Text>
      }
    >
      {all.length === 0 ? (
        <EmptyState title="No dataset yet" command="osler data import FOLDER --name NAME" actions={<HomeButton />}>
          A training needs a dataset: images with labels, split into training, validation and test.
        </EmptyState>
      ) : (
        <NewForm datasets={all} given={search} />
      )}
    </Page>
  );
}
