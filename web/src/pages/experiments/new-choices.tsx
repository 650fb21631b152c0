import { Select, SimpleGrid, Text } from '@mantine/core';
import type { Got } from '../../api/answers.ts';
import type { DatasetChoice } from './datasets.ts';

interface Props {
  kind: 'recipe' | 'sweep';
  offered: Got<'/v1/recipes'> | undefined;
  name: string;
  onName: (name: string) => void;
  /** Nobody chose the recipe: it is the one that makes sense for the dataset. */
  suggested: boolean;
  datasets: readonly DatasetChoice[];
  dataset: string;
  onDataset: (name: string) => void;
  /** Where the weights come from, in words. */
  weights: string | undefined;
}

/** What is trained, and on what. */
export function NewChoices({ kind, offered, name, onName, suggested, datasets, dataset, onDataset, weights }: Props) {
  const shown = (kind === 'recipe' ? offered?.recipes : offered?.sweeps) ?? [];
  const why = suggested ? offered?.suggested?.why : undefined;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="Dataset"
          description={datasets.find((one) => one.name === dataset)?.about}
          inputWrapperOrder={['label', 'input', 'description']}
          data={datasets.map((one) => one.name)}
          value={dataset}
          onChange={(next) => onDataset(next ?? dataset)}
          allowDeselect={false}
          searchable
        />
        <Select
          label={kind === 'recipe' ? 'Recipe' : 'Sweep'}
          description={[why === undefined ? '' : `Suggested: ${why}.`, shown.find((one) => one.name === name)?.about]
            .filter(Boolean)
            .join(' ')}
          inputWrapperOrder={['label', 'input', 'description']}
          data={shown.map((one) => one.name)}
          renderOption={({ option }) => {
            const unfit = offered?.recipes.find((one) => one.name === option.value)?.unfit;
            return (
              <span>
                {option.label}
                {kind === 'recipe' && unfit != null && (
                  <Text size="xs" c="dimmed">
                    {unfit}
                  </Text>
                )}
              </span>
            );
          }}
          value={name}
          onChange={(next) => onName(next ?? name)}
          allowDeselect={false}
          searchable
        />
      </SimpleGrid>
      {weights !== undefined && (
        <Text size="sm" c="dimmed">
          {weights}
        </Text>
      )}
    </>
  );
}
