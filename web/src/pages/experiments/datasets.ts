import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { count } from '../../say.ts';

export interface DatasetChoice {
  name: string;
  about: string;
}

/** Datasets that can be trained on. */
export const datasetsOf = () =>
  queryOptions({
    queryKey: ['datasets', 'choices'],
    queryFn: async ({ signal }): Promise<DatasetChoice[]> => {
      const { datasets } = await ask(api.GET('/v1/datasets', { signal }));
      return datasets.map(({ name, version, splits, classes, stamps }) => ({
        name,
        about: `Version ${version}: ${count(splits.train)} images to train on, ${classes.map((one) => one.name).join(', ')}${stamps.includes('leaky') ? '. Its split leaks.' : ''}`,
      }));
    },
  });
