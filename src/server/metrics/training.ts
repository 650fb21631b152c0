import { Gauge, type Registry } from 'prom-client';
import type { Store } from '../../store/store.ts';

/** What trainings call the loss on what they learn from: Osler's own, by step and by epoch, and others'. */
const LOSSES = ['train.loss', 'epoch.loss', 'train_loss', 'loss'];
/** Trainings that are told of, newest first. */
const MOST = 50;

interface Told {
  labels: { run: string; dataset: string; model: string };
  loss: number;
}

/** What trainings under way say. The store is looked at behind the back of whoever asks: where it is away or slow, the other metrics are there. */
export function registerTrainingMetrics(registry: Registry, store: Pick<Store, 'pulse' | 'logs'>): void {
  let known: Told[] = [];
  let isLooking = false;
  const look = async (): Promise<void> => {
    const open = await store.pulse.open(MOST);
    const told = await Promise.all(
      open.map(async ({ id, dataset, model }) => {
        const values = new Map((await store.logs.latest(id)).map(({ key, value }) => [key, value]));
        const loss = LOSSES.map((key) => values.get(key)).find((value) => value !== undefined);
        const labels = { run: id, dataset: dataset ?? '', model: model ?? '' };
        return loss === undefined ? [] : [{ labels, loss }];
      }),
    );
    known = told.flat();
  };
  new Gauge({
    name: 'osler_train_loss',
    help: 'Of each training under way: its last loss, as of the scrape before.',
    labelNames: ['run', 'dataset', 'model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, loss } of known) this.set(labels, loss);
      if (isLooking) return;
      isLooking = true;
      void look()
        .catch(() => {
          known = [];
        })
        .finally(() => {
          isLooking = false;
        });
    },
  });
}
