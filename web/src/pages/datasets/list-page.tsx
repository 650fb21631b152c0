import './datasets.css';
import { Alert, Badge, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { HomeButton } from '../../components/home-button.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { count, counted } from '../../say.ts';
import { datasets, type Summary } from './queries.ts';
import { Thumb } from './thumb.tsx';

export const Route = createLazyRoute('/datasets')({ component: Datasets });

function Datasets() {
  const all = useQuery(datasets());
  const listed = lastRead(all);
  if (listed === undefined) return <Absent title="Datasets" query={all} />;
  const { datasets: found, damaged } = listed;
  return (
    <Page title="Datasets" query={all} about="Images, labels, splits and audits, version by version">
      {damaged.map((name) => (
        <Alert key={name} color="red" variant="light" mb="md" title={`${name} cannot be read`}>
          <Text size="sm">A file of it is damaged or missing. osler data show {name} says which.</Text>
        </Alert>
      ))}
      {found.length === 0 ? (
        <EmptyState
          icon={<IconStack2 size={36} stroke={1.4} aria-hidden />}
          title="No dataset yet"
          command="osler data import FOLDER --name NAME"
          actions={<HomeButton />}
        >
          A dataset is made from a folder of images, a table beside them or an .npz. Every import is looked over:
          copies, leaks, clashing labels, balance.
        </EmptyState>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="lg">
          {found.map((one) => (
            <Card key={one.name} one={one} />
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}

const FIRST = [1, 2, 3, 4, 5, 6];

function Card({ one }: { one: Summary }) {
  const { name, version, versions, samples, leftOut, classes, splits, findings, createdAt, accepted } = one;
  const images = samples + leftOut;
  // Spread over the list: the first ones would all be of one class.
  const shown = FIRST.map((n) => Math.max(1, Math.ceil((n * images) / (FIRST.length + 1)))).filter(
    (n, i, all) => n <= images && all.indexOf(n) === i,
  );
  return (
    <Paper withBorder component="article" className="dataset-card">
      <Link to="/datasets/$name/$version" params={{ name, version: String(version) }} className="dataset-link">
        <div className="dataset-thumbs" aria-hidden>
          {shown.map((n) => (
            <Thumb key={n} of={{ name, version }} number={n} />
          ))}
        </div>
        <Stack gap={6} p="md">
          <Group gap="xs">
            <Text fw={600} component="h2" m={0}>
              {name}
            </Text>
            <Text size="sm" c="dimmed">
              version {version} of {versions}
            </Text>
            <Stamps of={one} />
          </Group>
          <Text size="sm">
            {counted(samples, 'image')} in {counted(classes.length, 'class', 'classes')}
            {leftOut > 0 && `, ${count(leftOut)} left out`}
          </Text>
          <SplitBar splits={splits} />
          <Group gap={6}>
            {findings === null ? (
              <Badge size="sm">not audited</Badge>
            ) : (
              <>
                {findings.problem > 0 && (
                  <Badge size="sm" color="red" variant="light">
                    {counted(findings.problem, 'problem')}
                  </Badge>
                )}
                {findings.warning > 0 && (
                  <Badge size="sm" color="orange" variant="light">
                    {findings.warning} to look at
                  </Badge>
                )}
                {findings.problem + findings.warning === 0 && (
                  <Badge size="sm" color="teal" variant="light">
                    audit clean
                  </Badge>
                )}
              </>
            )}
            {accepted && <Badge size="sm">leaks accepted</Badge>}
            <Text size="xs" c="dimmed" ml="auto">
              <When at={createdAt} />
            </Text>
          </Group>
        </Stack>
      </Link>
    </Paper>
  );
}

/** Shares of the splits, with their numbers. */
export function SplitBar({ splits }: { splits: Summary['splits'] }) {
  const all = splits.train + splits.val + splits.test;
  return (
    <div>
      <div className="split-bar" aria-hidden>
        {(['train', 'val', 'test'] as const).map((split) => (
          <span key={split} data-split={split} style={{ flexGrow: all === 0 ? 1 : splits[split] }} />
        ))}
      </div>
      <Text size="xs" c="dimmed">
        train {count(splits.train)} · val {count(splits.val)} · test {count(splits.test)}
      </Text>
    </div>
  );
}
