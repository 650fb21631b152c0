import { OslerError } from '../../errors.ts';
import type { Predictions } from '../predictions.ts';

/** One model's predictions, as they are to be brought together with the others'. */
export interface Unaligned {
  /** As the user will read it. */
  name: string;
  predictions: Predictions;
  /** What makes a sample the same one on all sides: its content's hash, or its id. One per sample. */
  keys: readonly string[];
  /** Where this side keeps a sample that it does not bring: "in its train part"; null when it has no such sample. */
  elsewhere?: (key: string) => string | null;
}

export interface Aligned {
  /** The same samples in the same order, the same classes in the same columns, in the order of `sides`. */
  predictions: Predictions[];
  leftOut: { reason: string; count: number; examples: string[] }[];
}

/**
 * The samples that all sides bring, with the same label on all; what one side lacks is left out and counted, with the reason.
 * Ids, order and columns are the first side's. Groups are joined: samples that any side ties together stay together.
 * Throws DATA_INVALID when the classes differ, or no sample is common to all.
 */
export function align(sides: readonly Unaligned[]): Aligned {
  const [first, ...others] = sides as [Unaligned, ...Unaligned[]];
  for (const other of others) checkClasses(first, other);
  const rows = sides.map(({ keys }) => {
    const at = new Map<string, number>();
    // Copies under one key count once.
    keys.forEach((key, i) => void (at.has(key) || at.set(key, i)));
    return at;
  });
  const left = new Map<string, string[]>();
  const leave = (reason: string, id: string): void => {
    const ids = left.get(reason);
    if (ids === undefined) left.set(reason, [id]);
    else ids.push(id);
  };
  const chosen: number[][] = [];
  for (const [key, at] of rows[0]!) {
    const id = first.predictions.ids[at]!;
    const found = rows.map((row) => row.get(key));
    const lacks = found.indexOf(undefined);
    if (lacks >= 0) {
      leave(absence(sides[lacks]!, key), id);
      continue;
    }
    const labels = sides.map(({ predictions }, s) => predictions.classes[predictions.labels[found[s]!]!]!);
    if (labels.some((label) => label !== labels[0])) leave(`labelled otherwise: ${sayLabels(sides, labels)}`, id);
    else chosen.push(found as number[]);
  }
  others.forEach((other, o) => {
    for (const [key, at] of rows[o + 1]!) {
      // What the first side lacks; of the later ones each is counted once.
      if (rows.slice(0, o + 1).some((row) => row.has(key))) continue;
      leave(absence(first, key), other.predictions.ids[at]!);
    }
  });
  const copies = first.keys.length - rows[0]!.size;
  const leftOut = [...left].map(([reason, ids]) => ({ reason, count: ids.length, examples: ids.slice(0, 3) }));
  if (copies > 0)
    leftOut.push({ reason: 'further copies of an image that is compared once', count: copies, examples: [] });
  if (chosen.length === 0) {
    throw new OslerError('DATA_INVALID', `${names(sides)} have no sample in common: nothing can be compared.`, {
      hint:
        leftOut.length === 0
          ? 'Name one dataset for all with --dataset NAME, or a folder with --data DIR.'
          : `${leftOut[0]!.count} samples: ${leftOut[0]!.reason}. Name one dataset for all with --dataset NAME, or a folder with --data DIR.`,
    });
  }
  const groups = joinGroups(sides, chosen);
  return {
    predictions: sides.map((side, s) =>
      take(
        side.predictions,
        chosen.map((row) => row[s]!),
        first.predictions,
        chosen.map((row) => row[0]!),
        groups,
      ),
    ),
    leftOut,
  };
}

function absence(side: Unaligned, key: string): string {
  const where = side.elsewhere?.(key) ?? null;
  return where === null ? `not among the samples of ${side.name}` : `for ${side.name} ${where}`;
}

function sayLabels(sides: readonly Unaligned[], labels: readonly string[]): string {
  return sides.map(({ name }, s) => `${labels[s]} for ${name}`).join(', ');
}

function names(sides: readonly Unaligned[]): string {
  const all = sides.map(({ name }) => name);
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function checkClasses(first: Unaligned, other: Unaligned): void {
  const a = first.predictions.classes;
  const b = other.predictions.classes;
  const lost = a.filter((name) => !b.includes(name));
  const more = b.filter((name) => !a.includes(name));
  if (lost.length === 0 && more.length === 0) return;
  const says = [
    ...(lost.length === 0 ? [] : [`only ${first.name} knows ${lost.join(', ')}`]),
    ...(more.length === 0 ? [] : [`only ${other.name} knows ${more.join(', ')}`]),
  ];
  throw new OslerError(
    'DATA_INVALID',
    `${first.name} and ${other.name} tell other classes apart: ${says.join('; ')}.`,
    {
      hint: 'Compare models that were trained on the same classes.',
    },
  );
}

/** The same predictions with their columns in the order of `classes`, which must be the same ones. */
export function inOrder(predictions: Predictions, classes: readonly string[]): Predictions {
  const all = predictions.ids.map((_, i) => i);
  const labels = predictions.labels.map((label) => classes.indexOf(predictions.classes[label]!));
  const model = { ...predictions, classes: [...classes], labels };
  return take(predictions, all, model, all, predictions.groups);
}

/** Rows `at` of `own`, its columns and ids as `model` has them. */
function take(own: Predictions, at: number[], model: Predictions, modelAt: number[], groups: string[]): Predictions {
  const k = model.classes.length;
  const column = model.classes.map((name) => own.classes.indexOf(name));
  const logits = new Float32Array(at.length * k);
  at.forEach((row, i) => {
    for (let c = 0; c < k; c++) logits[i * k + c] = own.logits[row * k + column[c]!]!;
  });
  return {
    classes: model.classes,
    ids: modelAt.map((row) => model.ids[row]!),
    labels: Int32Array.from(modelAt, (row) => model.labels[row]!),
    logits,
    groups,
    ...(model.meta === undefined ? {} : { meta: modelAt.map((row) => model.meta![row]!) }),
  };
}

/** A name for each chosen sample's group, where two samples are in one group as soon as any side says so. */
function joinGroups(sides: readonly Unaligned[], chosen: readonly number[][]): string[] {
  const parent = chosen.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  sides.forEach(({ predictions }, s) => {
    const first = new Map<string, number>();
    chosen.forEach((row, i) => {
      const group = predictions.groups[row[s]!]!;
      const j = first.get(group);
      if (j === undefined) first.set(group, i);
      else parent[root(i)] = root(j);
    });
  });
  const own = sides[0]!.predictions.groups;
  return chosen.map((_, i) => own[chosen[root(i)]![0]!]!);
}
