import { either } from '../../evaluation/report/html.ts';
import { LEAST_OF_CLASS, type Suspects } from './suspects.ts';

/** "2,037 labels judged by 5 folds..." in words, and what was not. */
export function judgedWords(found: Suspects): string {
  const { judged, notJudged, source } = found;
  const parts = Object.entries(judged).map(([split, n]) => `${n.toLocaleString('en-US')} of ${split}`);
  const by =
    source.kind === 'folds'
      ? 'by the networks of all folds, each picture by one that had not seen it'
      : source.kind === 'seeds'
        ? 'by the mean of networks of several seeds'
        : 'by one network';
  const rest =
    notJudged === 0
      ? ''
      : `; ${notJudged.toLocaleString('en-US')} that the network learned from can't be judged by it (osler train --folds 5 judges them all)`;
  const few = rareWords(found);
  return `Labels judged: ${parts.join(', ') || 'none'}, ${by}${rest}.${few === null ? '' : ` ${few}`}`;
}

/** Of which classes too few labels were judged for any picture to be taken for them; null where there is none. */
export function rareWords({ classes, thresholds }: Suspects): string | null {
  const rare = classes.filter((_, k) => thresholds[k] === null);
  return rare.length === 0
    ? null
    : `No label is taken for ${either(rare)}: fewer than ${LEAST_OF_CLASS} judged pictures have it as their label.`;
}

/** Whether the share of wrong labels can be told: networks that hardly tell the classes apart cannot say it. */
export function estimable({ notes, judged }: Suspects): boolean {
  return notes.length === 0 && Object.values(judged).some((n) => n > 0);
}

/** Pairs of label and suggested class with their suspects, the most frequent first; `of`: judged samples with that label that the network is sure of. */
export function takenFor({
  suspects,
  joint,
  classes,
}: Suspects): { label: string; suggested: string; suspects: number; of: number }[] {
  const pairs = Map.groupBy(suspects, ({ label, suggested }) => `${label}\n${suggested}`);
  return [...pairs.values()]
    .map((of) => {
      const { label, suggested } = of[0]!;
      const total = joint[classes.indexOf(label)]!.reduce((a, b) => a + b, 0);
      return { label, suggested, suspects: of.length, of: Math.max(total, of.length) };
    })
    .sort((a, b) => b.suspects - a.suspects || (a.label < b.label ? -1 : 1));
}
