/** Words of this room, and what its addresses may hold. */
import { direction } from '../../../../src/evaluation/comparison/direction.ts';
import { METRICS } from '../../../../src/evaluation/metrics/names.ts';

export const X_AXES = ['step', 'time', 'epoch'] as const;
export type XAxis = (typeof X_AXES)[number];
export const X_WORDS: Record<XAxis, string> = { step: 'step', time: 'time since the start', epoch: 'epoch' };

/** Parts of a comparison. */
export const PARTS = ['curves', 'figures', 'settings', 'parallel', 'scatter', 'images'] as const;
export type Part = (typeof PARTS)[number];
export const PART_WORDS: Record<Part, string> = {
  curves: 'Curves',
  figures: 'Figures',
  settings: 'Settings',
  parallel: 'Parallel coordinates',
  scatter: 'Scatter',
  images: 'Image errors',
};

/** Parts of a run's page. */
export const RUN_PARTS = ['overview', 'curves', 'evaluation', 'settings', 'machine', 'files', 'log'] as const;
export type RunPart = (typeof RUN_PARTS)[number];
export const RUN_PART_WORDS: Record<RunPart, string> = {
  overview: 'Overview',
  curves: 'Curves',
  evaluation: 'Evaluation',
  settings: 'Settings',
  machine: 'Machine',
  files: 'Files',
  log: 'Log',
};

/** Units of metrics that have one, by MLflow's names for what a machine does and Osler's own. */
export function unitOf(key: string): string | undefined {
  if (/percentage|percent/.test(key)) return '%';
  if (/megabytes/.test(key)) return 'MB';
  if (/watts/.test(key)) return 'W';
  if (/celsius/.test(key)) return '°C';
  return undefined;
}

/** Whether of two values of a metric the higher is the better; null where nobody can tell. */
export function higherIsBetter(key: string): boolean | null {
  const [, own] = /^(?:train|val|test|data-.+?)\.(\w+)$/s.exec(key) ?? [];
  if (METRICS.some((name) => name === own)) {
    const which = direction(own!);
    return which === 0 ? null : which > 0;
  }
  if (/loss|refinement|brier|ece|error|rmse|mae/i.test(key)) return false;
  if (/auroc|auc|accuracy|f1|recall|precision|sensitivity|specificity|kappa|mcc/i.test(key)) return true;
  return null;
}

const SHARES =
  /accuracy|auroc|f1|precision|recall|sensitivity|specificity|(^|[^a-z])(auc|ppv|npv|ece)($|[^a-z])|adaptiveEce|positive(Ece|Brier)/i;

/** What a metric can't lie beyond, where its name says what it is. */
export function boundsOf(key: string): readonly [number, number] | undefined {
  if (unitOf(key) === '%') return [0, 100];
  if (/kappa|mcc/i.test(key)) return [-1, 1];
  return SHARES.test(key) ? [0, 1] : undefined;
}
