import { Alert, Anchor, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { paths } from '../../api/schema.d.ts';
import { WideTable } from '../../components/wide-table.tsx';
import { metricWords, within } from '../../metric-words.ts';
import { counted, duration, figures } from '../../say.ts';
import { ResolvedRecipe } from './resolved-recipe.tsx';

export type Preview = paths['/v1/sweeps/check']['post']['responses'][200]['content']['application/json'];

const METHODS: Record<string, string> = {
  grid: 'every combination, once',
  random: 'by chance',
  sobol: 'evenly spread',
  tpe: 'by what did well so far (TPE)',
  gp: 'by what did well so far (Gaussian process)',
};

/** A sweep before it is begun: what is searched, how many trials, about how long. */
export function SweepPreview({ preview }: { preview: Preview }) {
  const {
    trials,
    most,
    space,
    metric,
    direction,
    dataset,
    leaky,
    estimate,
    settings,
    weights,
    method,
    pruning,
    retries,
  } = preview;
  const [name = '', version = ''] = dataset.split('@');
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Title order={2} size="h3" mb="xs">
          What will be searched
        </Title>
        <Text size="sm">
          {counted(trials, 'trial')}
          {most !== null && most !== trials && ` of ${most} combinations`} on {dataset}, settings chosen{' '}
          {METHODS[method] ?? `by ${method}`}, for the {direction === 'max' ? 'highest' : 'lowest'}{' '}
          {within(metricWords(`val.${metric}`))}.{' '}
          {pruning === 'none'
            ? 'Each trial is trained to its end.'
            : `Trials that fall behind are ended early (${pruning}).`}{' '}
          {retries > 0 && `One that fails is tried ${counted(retries, 'more time')}.`}
        </Text>
        <Text size="sm" mt={4} data-testid="estimate">
          {estimate === null
            ? 'How long that takes is not known: no run with this network, at this image size, was trained on this dataset here.'
            : `About ${duration(estimate.all)}${pruning === 'none' ? '' : ' at most'}: ${trials} times ${duration(estimate.trial)}, as ${counted(estimate.runs, 'run')} of this network on this dataset took.`}
        </Text>
        {leaky && (
          <Alert color="orange" mt="sm" title="The dataset's split leaks">
            <Text size="sm">
              Mend it{' '}
              <Anchor
                size="sm"
                component={Link}
                to="/datasets/$name/$version"
                params={{ name, version } as never}
                search={{ part: 'audit' } as never}
              >
                under Datasets
              </Anchor>
              , or say below why it is searched on all the same.
            </Text>
          </Alert>
        )}
        <WideTable label="Settings that are searched" width={420} fz="sm" mt="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Setting</Table.Th>
              <Table.Th>Values</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {space.map((one) => (
              <Table.Tr key={one.name}>
                <Table.Th fw={500}>{one.name}</Table.Th>
                <Table.Td>
                  {one.kind === 'choice'
                    ? one.values.join(', ')
                    : `${figures(one.low, 4)} to ${figures(one.high, 4)}${one.int ? ', whole numbers' : ''}${one.log ? ', each factor as likely' : ''}`}
                  {one.when.map((when) => `, where ${when.name} is ${when.values.join(' or ')}`)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
        <Text size="xs" c="dimmed" mt="xs">
          {weights}
        </Text>
      </Paper>
      <ResolvedRecipe settings={settings} />
    </Stack>
  );
}
