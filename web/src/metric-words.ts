/**
 * Metrics by the field's words, the same in tables, menus, charts and cards; their keys stay in titles, searches and CSV files. What another
 * program logged is called what that program called it.
 */
import { metricName, within } from '../../src/evaluation/metrics/words.ts';

export { metricName, within };

const TRAINING: ReadonlyMap<string, string> = new Map([
  ['train.loss', 'Training loss, each step'],
  ['train.lr', 'Learning rate'],
  ['train.gradNorm', 'Norm of the gradient'],
  ['train.imagesPerSecond', 'Images per second'],
  ['epoch.loss', 'Training loss, each epoch'],
]);

/** What a machine did, by MLflow's names; of a GPU with its number. */
const MACHINE: ReadonlyMap<string, string> = new Map([
  ['cpu_utilization_percentage', 'CPU utilisation'],
  ['system_memory_usage_megabytes', 'Memory in use'],
  ['system_memory_usage_percentage', 'Memory in use, share'],
  ['disk_usage_megabytes', 'Disk in use'],
  ['disk_usage_percentage', 'Disk in use, share'],
  ['disk_available_megabytes', 'Disk space left'],
  ['network_receive_megabytes', 'Network, received'],
  ['network_transmit_megabytes', 'Network, sent'],
  ['utilization_percentage', 'utilisation'],
  ['memory_usage_megabytes', 'memory in use'],
  ['memory_usage_percentage', 'memory in use, share'],
  ['power_usage_watts', 'power'],
  ['power_usage_percentage', 'power, share'],
  ['temperature_celsius', 'temperature'],
]);

const SPLITS: Record<string, string> = { train: 'Training', val: 'Validation', test: 'Test' };
const OF_A_CLASS: Record<string, string> = { recall: 'recall', precision: 'precision', f1: 'F1', auroc: 'AUROC' };

interface Measured {
  split: string;
  name: string;
  end?: string;
}

/** What was measured, of a key such as `test.auroc.low`; undefined where Osler has no such metric. */
function measured(key: string): Measured | undefined {
  const [, split, name, end] = /^(train|val|test|data-.+?)\.(\w+)(?:\.(low|high))?$/s.exec(key) ?? [];
  if (split === undefined || name === undefined || metricName(name) === name) return undefined;
  return { split, name, ...(end === undefined ? {} : { end }) };
}

/** "Validation AUROC" for `val.auroc`; a key that Osler does not log as it is. */
export function metricWords(key: string): string {
  const known = TRAINING.get(key);
  if (known !== undefined) return known;
  const [, gpu, machine] = /^system\/(?:gpu_(\d+)_)?(\w+)$/.exec(key) ?? [];
  const figure = machine === undefined ? undefined : MACHINE.get(machine);
  if (figure !== undefined) return gpu === undefined ? figure : `GPU ${gpu} ${figure}`;
  const found = measured(key);
  if (found !== undefined) {
    const { split, name, end } = found;
    const words =
      split in SPLITS
        ? `${SPLITS[split]} ${within(metricName(name))}`
        : `${metricName(name)}, images of ${split.slice('data-'.length)}`;
    return end === undefined ? words : `${words}, ${end === 'low' ? 'lower' : 'upper'} end of its 95% interval`;
  }
  const [, metric, label] = /^val\.(recall|precision|f1|auroc)\/(.+)$/s.exec(key) ?? [];
  return metric === undefined ? key : `Validation ${OF_A_CLASS[metric]}: ${label}`;
}

/** What an axis measures, where the title says the rest: "AUROC" for `val.auroc`. */
export function measureWords(key: string): string {
  const found = measured(key);
  if (found !== undefined) return within(metricName(found.name));
  const [, metric] = /^val\.(recall|precision|f1|auroc)\//.exec(key) ?? [];
  if (metric !== undefined) return OF_A_CLASS[metric]!;
  if (/^(train|epoch)\.loss$/.test(key)) return 'loss';
  const words = metricWords(key);
  return words === key ? key : within(words);
}

/** Whether a metric is looked for by these words: its name or its key holds them. */
export function saysMetric(key: string, words: string): boolean {
  const low = words.trim().toLowerCase();
  return key.toLowerCase().includes(low) || metricWords(key).toLowerCase().includes(low);
}
