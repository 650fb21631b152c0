import { listDatasets } from '../../data/dataset.ts';
import type { Store } from '../../store/store.ts';

/** Something that has a name, and where it is: enough to go there. */
export interface Found {
  kind: 'run' | 'model' | 'deployment' | 'dataset';
  /** Of a run its id, of others their name; of a dataset with its newest version. */
  id: string;
  name: string;
}

const MOST_MODELS = 10_000;

/** What has the text in its name, or a run whose id begins with it: a few of each kind, the nearest first. */
export async function findByName(store: Store, text: string, most = 6): Promise<Found[]> {
  const asked = text.trim().toLowerCase();
  if (asked === '') return [];
  const [runs, models, deployments, datasets] = await Promise.all([
    store.pulse.named(asked, most),
    store.registry.models({ limit: MOST_MODELS, offset: 0 }),
    store.deployments.list(),
    listDatasets(store.home),
  ]);
  const near = (all: readonly { name: string }[]): string[] =>
    all
      .map(({ name }) => name)
      .filter((name) => name.toLowerCase().includes(asked))
      // What begins with it comes before what has it somewhere.
      .sort((a, b) => Number(b.toLowerCase().startsWith(asked)) - Number(a.toLowerCase().startsWith(asked)))
      .slice(0, most);
  const versions = new Map(datasets.map(({ name, version }) => [name, version]));
  return [
    ...near(models).map((name): Found => ({ kind: 'model', id: name, name })),
    ...near(deployments).map((name): Found => ({ kind: 'deployment', id: name, name })),
    ...near(datasets).map((name): Found => ({ kind: 'dataset', id: `${name}@${versions.get(name)}`, name })),
    ...runs.map(({ id, name }): Found => ({ kind: 'run', id, name })),
  ];
}
