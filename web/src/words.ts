import type { ModelInfo, PredictAnswer } from './api.ts';

export function percent(p: number, digits = 1): string {
  if (p > 0 && p < 0.001) return '< 0.1%';
  if (p < 1 && p > 0.999) return '> 99.9%';
  return `${(p * 100).toFixed(digits)}%`;
}

export function list(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The verdict as a person would say it. */
export function verdict(positive: NonNullable<PredictAnswer['positive']>): { title: string; sentence: string } {
  const what = list(positive.labels);
  const p = percent(positive.probability);
  const t = percent(positive.threshold);
  return positive.verdict
    ? {
        title: `Flagged: ${what}`,
        sentence: `The probability of ${what} is ${p}, which reaches the threshold of ${t}.`,
      }
    : { title: `Not flagged: ${what}`, sentence: `The probability of ${what} is ${p}, below the threshold of ${t}.` };
}

/** What the threshold did on the test split: how often such a verdict is right. */
export function trackRecord(info: ModelInfo, flagged: boolean): string | null {
  const said = (name: string): string | null => {
    const m = info.metrics[name];
    if (m === undefined) return null;
    return m.low === null || m.high === null
      ? percent(m.value, 0)
      : `${percent(m.value, 0)} (95% interval ${percent(m.low, 0)} to ${percent(m.high, 0)})`;
  };
  const sensitivity = said('sensitivity');
  const specificity = said('specificity');
  const value = said(flagged ? 'ppv' : 'npv');
  if (sensitivity === null || specificity === null) return null;
  const right =
    value === null ? '' : ` ${flagged ? 'Of those it flagged' : 'Of those it did not flag'}, it was right in ${value}.`;
  return `On its test images this threshold found ${sensitivity} of the positive ones and cleared ${specificity} of the others.${right}`;
}

/** What the stamp "leaky" stands for, and why the model was made all the same. */
export function leakText({ groups, exact, near, exposed, reason }: NonNullable<ModelInfo['leaks']>): string {
  const parts = [
    [groups, 'patient or lesion', 'patients or lesions'],
    [exact, 'set of copies', 'sets of copies'],
    [near, 'set of near copies', 'sets of near copies'],
  ] as const;
  const crossing = parts.filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`);
  const why = reason === null ? '' : ` Used all the same: ${reason}.`;
  return `Both in its training and in what it was measured on: ${crossing.join(', ') || 'tied images'}. ${exposed.test} of the test images were known to it, so its figures flatter it.${why}`;
}

/** Why an image is called unlike those of validation, and what to make of it. */
export function unlikeWords(unlike: NonNullable<PredictAnswer['outOfDistribution']>): {
  title: string;
  sentences: string[];
} {
  const above = (held: { score: number; limit: number | null } | null): boolean =>
    held !== null && held.limit !== null && held.score > held.limit;
  const why = [
    ...(above(unlike.appearance) ? ['its brightness, colours or texture are unusual'] : []),
    ...(above(unlike.mahalanobis) ? ['the network sees in it something else than in any of its classes'] : []),
    ...(above(unlike.energy) ? ['no class has much to say for itself'] : []),
  ];
  const joined = why.length < 2 ? why.join('') : `${why.slice(0, -1).join(', ')} and ${why.at(-1)}`;
  return {
    title: 'Unlike the images it was checked on',
    sentences: [
      `${joined.slice(0, 1).toUpperCase()}${joined.slice(1)}. Do not rely on the answer below, however sure it sounds.`,
      `${percent(unlike.falseAlarmRate, 0)} of those would be called so too.`,
    ],
  };
}

/** The conformal set in words. `always`: classes that are in every set. */
export function setWords(
  { labels, coverage }: NonNullable<PredictAnswer['set']>,
  always: string[],
): { title: string; sentence: string } {
  const share = `${Number((100 * coverage).toPrecision(4))}%`;
  const promise = `Made to hold the truth for ${share} of the images of each class.`;
  if (labels.length === 0) {
    return {
      title: 'No class fits',
      sentence: `The image is unusual for every class: let a person decide. ${promise}`,
    };
  }
  const open = labels.filter((label) => always.includes(label));
  const few = open.length === 0 ? '' : ` Always among them, for want of images to tell by: ${open.join(', ')}.`;
  return {
    title: labels.length === 1 ? 'One class fits' : `Not told apart: ${labels.length} classes fit`,
    sentence: `${promise}${few}`,
  };
}
