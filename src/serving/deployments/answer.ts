import type { Prediction } from '../predictor.ts';

export interface Abstention {
  reason: 'unlike' | 'several' | 'none';
  words: string;
}

/** Why a person should decide and not the model; null where nothing speaks against it. */
export function abstentionOf({ outOfDistribution, set }: Prediction): Abstention | null {
  if (outOfDistribution?.verdict === true) {
    return { reason: 'unlike', words: 'The image is unlike those that the model was checked on.' };
  }
  if (set === undefined || set.labels.length === 1) return null;
  const percent = `${Number((set.coverage * 100).toFixed(1))}%`;
  return set.labels.length === 0
    ? { reason: 'none', words: `No class fits the image as well as ${percent} of validation's images fit theirs.` }
    : { reason: 'several', words: `Several classes fit the image: ${set.labels.join(', ')} (coverage ${percent}).` };
}

/** As the log keeps it: all but the picture. */
export function answerDocument({ heatmap: _, ...rest }: Prediction): Record<string, unknown> {
  return { ...rest };
}
