import type { EvaluationFile } from '../evaluation.ts';
import { count, decimal, plural } from './html.ts';
import type { Parts } from './parts.ts';

/** All that a page, a checklist or a card is made from. */
export interface Report {
  file: EvaluationFile;
  parts: Parts;
}

/** A value of the recipe by its dotted name; undefined where an older or newer recipe has no such key. */
export function recipe({ file }: Report, name: string): unknown {
  let at: unknown = file.subject.training?.config;
  for (const key of name.split('.'))
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** How the network was trained, in rows of a table: only what the record says. */
export function trainingFacts(report: Report): [string, string][] {
  const { training } = report.file.subject;
  if (training === null || training === undefined) return [];
  const get = (name: string): unknown => recipe(report, name);
  const rows: [string, string | null][] = [
    ['Parameters', training.parameters === null ? null : count(training.parameters)],
    ['Weights at the start', startWords(get('model.pretrained'))],
    ['Loss', lossWords(get('loss') as Record<string, unknown> | undefined)],
    ['Optimiser', optimiserWords(get('optimiser') as Record<string, unknown> | undefined)],
    ['Learning rate over time', named(get('schedule.kind'))],
    ['Length', lengthWords(report)],
    ['Regularisation', regularisationWords(report)],
    ['Augmentation', augmentationWords(get('augment') as Record<string, unknown> | undefined)],
    ['Sampling', samplingWords(report)],
    ['Precision', typeof get('training.precision') === 'string' ? String(get('training.precision')) : null],
    ['Checkpoint chosen', chosenWords(report)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
}

function startWords(pretrained: unknown): string | null {
  if (pretrained === undefined) return null;
  if (pretrained === null) return 'random, by the seed';
  // A path of somebody's machine says nothing to a reader; the file's name does.
  return `pretrained: ${String(pretrained).split(/[\\/]/).at(-1)}`;
}

function lossWords(loss: Record<string, unknown> | undefined): string | null {
  if (loss === undefined) return null;
  const more = [
    loss.classWeights !== 'none' && loss.classWeights !== undefined ? `class weights ${named(loss.classWeights)}` : '',
    typeof loss.labelSmoothing === 'number' && loss.labelSmoothing > 0
      ? `labels smoothed by ${loss.labelSmoothing}`
      : '',
    typeof loss.gamma === 'number' ? `gamma ${loss.gamma}` : '',
  ].filter(Boolean);
  return [named(loss.kind), ...more].join(', ');
}

function optimiserWords(optimiser: Record<string, unknown> | undefined): string | null {
  if (optimiser === undefined) return null;
  return [
    named(optimiser.kind),
    `learning rate ${optimiser.lr}`,
    ...(typeof optimiser.weightDecay === 'number' ? [`weight decay ${optimiser.weightDecay}`] : []),
    ...(typeof optimiser.momentum === 'number' ? [`momentum ${optimiser.momentum}`] : []),
  ].join(', ');
}

function lengthWords(report: Report): string | null {
  const epochs = recipe(report, 'training.epochs');
  if (typeof epochs !== 'number') return null;
  const stop = recipe(report, 'training.earlyStopping') === null ? '' : ' at most (early stopping)';
  return `${plural(epochs, 'epoch')}${stop}, batches of ${recipe(report, 'training.batchSize')}${growthWords(report, epochs)}, ${Math.round(report.file.subject.training!.seconds)} s`;
}

/** Whether images grew, and whether the network has seen them whole (src/training/progressive.ts). */
function growthWords(report: Report, epochs: number): string {
  const until = recipe(report, 'training.progressive.until');
  if (typeof until !== 'number' || recipe(report, 'training.overfitBatches') != null) return '';
  const isWhole = (epoch: number): boolean => (epoch - 1) / epochs >= until;
  const best = report.file.subject.training?.best?.epoch;
  const reached = !isWhole(epochs)
    ? 'never whole'
    : best !== undefined && !isWhole(best)
      ? `whole after ${until} of the epochs, which the chosen one is before`
      : `whole after ${until} of the epochs`;
  return `, images growing from ${recipe(report, 'training.progressive.from')} of their side, ${reached}`;
}

function regularisationWords(report: Report): string | null {
  const value = (name: string): number | null => {
    const found = recipe(report, name);
    return typeof found === 'number' && found > 0 ? found : null;
  };
  const decay = value('training.ema.decay');
  const words = [
    value('model.dropout') === null ? '' : `dropout ${value('model.dropout')}`,
    value('model.stochasticDepth') === null ? '' : `stochastic depth ${value('model.stochasticDepth')}`,
    value('training.clipNorm') === null ? '' : `gradient norm at most ${value('training.clipNorm')}`,
    decay === null ? '' : `weights averaged over steps (decay ${decay})`,
  ].filter(Boolean);
  return words.join(', ') || null;
}

function augmentationWords(augment: Record<string, unknown> | undefined): string | null {
  if (augment === undefined) return null;
  const parts = Object.entries(augment)
    .filter(([name, value]) => name !== 'border' && value !== null && value !== 0 && value !== false)
    .map(([name, value]) =>
      `${words(name)} ${Array.isArray(value) ? value.join('–') : typeof value === 'object' ? '' : value}`.trim(),
    );
  return parts.join(', ') || 'none';
}

function samplingWords(report: Report): string | null {
  const kind = recipe(report, 'data.sampling');
  if (kind === undefined) return null;
  const share = recipe(report, 'data.subsample');
  const part = typeof share === 'number' && share < 1 ? `, ${decimal(share)} of the training split` : '';
  return `${typeof kind === 'string' ? words(kind) : words(String((kind as { kind?: unknown })?.kind ?? 'by recipe'))}${part}`;
}

function chosenWords({ file }: Report): string | null {
  const best = file.subject.training?.best;
  if (best === null || best === undefined) return null;
  return `the epoch best by validation ${words(best.metric)}: ${best.epoch} (${decimal(best.value)})`;
}

function named(value: unknown): string {
  return typeof value === 'string' ? words(value) : '';
}

/** crossEntropy -> cross entropy */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
