import './experiments.css';
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';
import { Failed } from '../../components/failed.tsx';
import { HomeButton } from '../../components/home-button.tsx';
import { Page, PageLoading } from '../../components/page.tsx';
import { datasetsOf } from './datasets.ts';
import { NewForm } from './new-form.tsx';

export const Route = createLazyRoute('/runs/new')({ component: New });

/** A training or a sweep is begun: a recipe, a dataset, and what is to differ from the recipe. */
function New() {
  const search = Route.useSearch();
  const datasets = useQuery(datasetsOf());
  if (datasets.error !== null)
    return <Failed title="Begin a training" error={datasets.error} onRetry={() => void datasets.refetch()} />;
  if (datasets.data === undefined) return <PageLoading title="Begin a training" />;
  return (
    <Page
      title="Begin a training"
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
      {datasets.data.length === 0 ? (
        <EmptyState title="No dataset yet" command="osler data import FOLDER --name NAME" actions={<HomeButton />}>
          A training needs a dataset: images with labels, split into training, validation and test.
        </EmptyState>
      ) : (
        <NewForm datasets={datasets.data} given={search} />
      )}
    </Page>
  );
}
