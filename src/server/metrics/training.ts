import { Gauge, type Registry } from 'prom-client';
import type { Store } from '../../store/store.ts';
import type { OpenValue } from '../../store/studio/pulse.ts';

/** What trainings call the loss on what they learn from: Osler's own, by step and by epoch, and others'. */
const LOSSES = ['train.loss', 'epoch.loss', 'train_loss', 'loss'];
/** Trainings that are told of, newest first. */
const MOST = 50;

/** What trainings under way say. The store is looked at behind the back of whoever asks: where it is away or slow, the other metrics are there. */
export function registerTrainingMetrics(registry: Registry, store: Pick<Store, 'pulse'>): void {
  let known: OpenValue[] = [];
  let isLooking = false;
  const look = async (): Promise<void> => {
    const told = new Map<string, OpenValue>();
    for (const one of await store.pulse.values(LOSSES, MOST)) {
      const other = told.get(one.run);
      if (other === undefined || LOSSES.indexOf(one.key) < LOSSES.indexOf(other.key)) told.set(one.run, one);
    }
    known = [...told.values()];
  };
  new Gauge({
    name: 'osler_train_loss',
    help: 'Of each training under way: its last loss, as of the scrape before.',
    labelNames: ['run', 'dataset', 'model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { run, dataset, model, value } of known)
        this.set({ run, dataset: dataset ?? '', model: model ?? '' }, value);
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
