import { crossingText, exposedText } from '../../leak-words.ts';
import { apart, percent } from '../../say.ts';
import type { Answer, ModelInfo } from './queries.ts';

export function either(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `doubt`: a person must decide. `flag`: the verdict is positive. `clear`: it is not. `open`: the model gives no verdict. */
export type Tone = 'doubt' | 'flag' | 'clear' | 'open';

export interface Said {
  tone: Tone;
  /** A few words, for a list. */
  short: string;
  title: string;
  sentences: string[];
}

/** The answer as a person would say it: what was decided, and how far it can be relied on. */
export function say(answer: Answer, info: ModelInfo | undefined): Said {
  const { positive, outOfDistribution, set } = answer;
  if (outOfDistribution?.verdict === true) return unlike(outOfDistribution);
  const verdict = positive === undefined ? open(answer, info) : decided(positive);
  const record = positive === undefined || info === undefined ? [] : trackRecord(info, positive.verdict);
  const sentences = [
    ...verdict.sentences,
    ...record,
    ...balanced(answer, info),
    ...(knowsItsKind(answer) ? [] : [BLIND]),
  ];
  if (set === undefined || set.labels.length === 1) return { ...verdict, sentences };
  const fits =
    set.labels.length === 0
      ? 'No class fits this image well: let a person decide.'
      : `The model cannot rule out ${either(set.labels)}: let a person decide.`;
  return {
    tone: 'doubt',
    short: `${verdict.short}, not certain`,
    title: `${verdict.title}, but not certain`,
    sentences: [fits, ...sentences],
  };
}

const BLIND =
  'It cannot tell images unlike those that it was checked on: whether this is one of their kind is for a person to say.';

/** Whether anything can call an image unlike those of validation: a score without a limit never does. */
function knowsItsKind({ outOfDistribution: found }: Answer): boolean {
  return [found?.appearance, found?.mahalanobis, found?.energy].some(
    (score) => score !== undefined && score !== null && score.limit !== null,
  );
}

function decided(positive: NonNullable<Answer['positive']>): Said {
  const what = either(positive.labels);
  const [p, t] = apart(positive.probability, positive.threshold);
  return positive.verdict
    ? {
        tone: 'flag',
        short: `Flagged as ${what}`,
        title: `Flagged as ${what}`,
        sentences: [`The probability of ${what} is ${p}, which reaches the threshold of ${t}.`],
      }
    : {
        tone: 'clear',
        short: `Not flagged as ${what}`,
        title: `Not flagged as ${what}`,
        sentences: [
          p === t
            ? `The probability of ${what}, ${p}, misses the threshold by less than can be written here. That is no proof that it is something else.`
            : `The probability of ${what} is ${p}, below the threshold of ${t}. That is no proof that it is something else.`,
        ],
      };
}

/** By what the class is named where there are several. */
export const classWords = (info: ModelInfo | undefined): string =>
  info?.classRule == null ? 'Most probable class' : 'Class decided for';

/** Why the class is not the one of the longest bar. */
function balanced({ label, probabilities }: Answer, info: ModelInfo | undefined): string[] {
  const [top] = Object.entries(probabilities).toSorted((a, b) => b[1] - a[1]);
  if (info?.classRule == null || top === undefined || top[0] === label || info.labels.length === 2) return [];
  return [
    `This model decides so that rare classes are found like common ones. By itself ${top[0]} is more probable, with ${percent(top[1])} against ${percent(probabilities[label] ?? 0)}.`,
  ];
}

function open({ label }: Answer, info: ModelInfo | undefined): Said {
  const title = `${info?.classRule == null ? 'Most probable' : 'Decided for'}: ${label}`;
  return {
    tone: 'open',
    short: title,
    title,
    sentences: ['This model has no operating point: it names no class as positive, so there is no verdict.'],
  };
}

/** What the threshold did on the test split: how often such a verdict is right, counted in images. */
export function trackRecord(info: ModelInfo, flagged: boolean): string[] {
  const found = ofHundred(info, 'sensitivity');
  const cleared = ofHundred(info, 'specificity');
  const right = ofHundred(info, flagged ? 'ppv' : 'npv');
  if (found === null || cleared === null) return [];
  const what = either(info.operatingPoint?.positive ?? []);
  return [
    ...(right === null
      ? []
      : [
          flagged
            ? `Of 100 test images that it flagged, ${right} were ${what}.`
            : `Of 100 test images that it did not flag, ${right} were indeed not ${what}.`,
        ]),
    `It found ${found} of every 100 that were ${what}, and cleared ${cleared} of every 100 that were not. Where ${what} is rarer or more frequent than there, flags are right less or more often.`,
  ];
}

/** "about 62 (95% interval 51 to 72)" */
function ofHundred(info: ModelInfo, name: string): string | null {
  const metric = info.metrics[name];
  if (metric === undefined) return null;
  const whole = (value: number): number => Math.round(value * 100);
  const { value, low, high } = metric;
  return low === null || high === null
    ? `about ${whole(value)}`
    : `about ${whole(value)} (95% interval ${whole(low)} to ${whole(high)})`;
}

/** Why an image is called unlike those of validation, and what to make of it. */
function unlike(score: NonNullable<Answer['outOfDistribution']>): Said {
  const above = (held: { score: number; limit: number | null } | null): boolean =>
    held !== null && held.limit !== null && held.score > held.limit;
  const why = [
    ...(above(score.appearance) ? ['its brightness, colours or texture are unusual'] : []),
    ...(above(score.mahalanobis) ? ['the network sees in it something else than in any of its classes'] : []),
    ...(above(score.energy) ? ['no class has much to say for itself'] : []),
  ];
  const joined = why.length < 2 ? why.join('') : `${why.slice(0, -1).join(', ')} and ${why.at(-1)}`;
  return {
    tone: 'doubt',
    short: 'Unlike what it knows',
    title: 'Unlike the images it was checked on',
    sentences: [
      `${joined.slice(0, 1).toUpperCase()}${joined.slice(1)}. Do not rely on the answer, however sure it sounds: let a person decide.`,
      `${percent(score.falseAlarmRate, 0)} of the images that it was checked on would be called so too.`,
    ],
  };
}

/** The conformal set in words. `always`: classes that are in every set. */
export function setWords(
  { labels, coverage }: NonNullable<Answer['set']>,
  always: readonly string[],
): { title: string; sentence: string } {
  const share = `${Number((100 * coverage).toPrecision(4))}%`;
  const promise = `Made to hold the truth for ${share} of the images of each class.`;
  if (labels.length === 0)
    return { title: 'No class fits', sentence: `The image is unusual for every class. ${promise}` };
  const open = labels.filter((label) => always.includes(label));
  const few = open.length === 0 ? '' : ` Always among them, for want of images to tell by: ${open.join(', ')}.`;
  return {
    title: labels.length === 1 ? 'One class fits' : `Not told apart: ${labels.length} classes fit`,
    sentence: `${promise}${few}`,
  };
}

/** What the stamp "leaky" stands for, and why the model was made all the same. */
export function leakText({ reason, ...counts }: NonNullable<ModelInfo['leaks']>): string {
  const why = reason === null ? '' : ` Used all the same: ${reason}.`;
  const known = exposedText(counts);
  const flatters = known === undefined ? '' : ` ${known}, so its figures flatter it.`;
  return `On both sides of the split: ${crossingText(counts)}.${flatters}${why}`;
}

/** What two answers on one image have to do with each other. */
export function agreement(a: Answer, b: Answer): { agree: boolean; words: string } {
  const classes = ({ probabilities }: Answer): string => Object.keys(probabilities).sort().join('\n');
  if (classes(a) !== classes(b))
    return { agree: false, words: 'They answer different questions: they do not tell the same classes apart.' };
  const [first, second] = [a.outOfDistribution?.verdict === true, b.outOfDistribution?.verdict === true];
  if (first !== second)
    return { agree: false, words: 'For one of them the image is unlike those that it was checked on.' };
  if (a.positive !== undefined && b.positive !== undefined) {
    if (a.positive.verdict !== b.positive.verdict)
      return {
        agree: false,
        words: `They disagree: one flags it as ${either(a.positive.labels)}, the other does not.`,
      };
    const flags = a.positive.verdict ? 'Both flag it' : 'Neither flags it';
    return a.label === b.label
      ? { agree: true, words: `${flags}, and both say ${a.label}.` }
      : { agree: false, words: `${flags}, but they name other classes: ${a.label} and ${b.label}.` };
  }
  return a.label === b.label
    ? { agree: true, words: `Both say ${a.label}.` }
    : { agree: false, words: `They disagree: ${a.label} and ${b.label}.` };
}
