import { Alert, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Interval } from '../../components/interval.tsx';
import { Stamps } from '../../components/stamp.tsx';
import type { Answerer } from './answerers.ts';
import type { ModelInfo } from './queries.ts';
import { either, leakText } from './words.ts';

const SHOWN = [
  ['auroc', 'AUROC'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['ppv', 'Flags that are right'],
] as const;

/** What a model was made for and how it did, before it is asked. */
export function AboutModel({ answerer, info }: { answerer: Answerer; info: ModelInfo }) {
  const { metrics, operatingPoint, dataset, labels } = info;
  const shown = SHOWN.filter(([name]) => metrics[name] !== undefined);
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm">
        <div>
          <Text size="sm" c="dimmed">
            Who answers
          </Text>
          <Title order={2}>
            {answerer.label} <Stamps of={info} />
          </Title>
          <Text size="sm" c="dimmed">
            {answerer.about}
          </Text>
        </div>
        <LeakAlert info={info} />
        <Text size="sm">
          Tells apart {labels.join(', ')}.{' '}
          {operatingPoint === null
            ? 'It has no operating point: it gives no verdict.'
            : `It flags an image where the probability of ${either(operatingPoint.positive)} reaches ${(operatingPoint.threshold * 100).toFixed(1)}%, chosen on validation images (${operatingPoint.rule}).`}
        </Text>
        {shown.length > 0 && (
          <SimpleGrid cols={{ base: 2, sm: shown.length }} spacing="md">
            {shown.map(([name, label]) => (
              <div key={name}>
                <Text size="xs" c="dimmed">
                  {label}
                </Text>
                <Interval {...metrics[name]!} />
              </div>
            ))}
          </SimpleGrid>
        )}
        <Text size="xs" c="dimmed">
          {shown.length > 0 ? 'On its test images, with 95% intervals. ' : 'It was not measured on test images. '}
          Trained on {dataset.name}@{dataset.version}.
        </Text>
      </Stack>
    </Paper>
  );
}

export function LeakAlert({ info }: { info: ModelInfo }) {
  if (info.stamps.length === 0) return null;
  return info.stamps.map((stamp) => (
    <Alert key={stamp} color="orange" variant="light" title={`This model is stamped "${stamp}"`} data-testid="stamped">
      <Text size="sm">
        {stamp === 'leaky' && info.leaks !== null
          ? leakText(info.leaks)
          : 'Its figures may flatter it. Do not rely on them.'}
      </Text>
    </Alert>
  ));
}
