import type { MapReport, MaskScore } from '../evaluation/explanations.ts';
import { meanOf } from '../explain/estimate.ts';
import { inside, peaks, shares } from '../explain/scores.ts';
import type { RandomMaps } from './explain-sanity.ts';
import type { Maps } from './mapper.ts';

export interface MaskInput {
  /** Class that each map is of. */
  decided: readonly string[];
  /** 1 inside; null without one. */
  masks: readonly (Uint8Array | null)[];
  units: readonly string[];
  trained: Pick<Maps, 'maps' | 'places'>;
  randomised: RandomMaps | null;
}

type Reference = MaskScore['against'][number]['reference'];
/** Of one image's map by one network: weights that add up to one; null for a map on which nothing speaks for the class. */
type Weigh = (of: RandomMaps, i: number) => Float64Array | null | undefined;

/**
 * How well maps find what the masks show, by the pointing game (Zhang et al. 2016) and by the energy inside (Wang et al. 2020), next to
 * what would do as well without seeing the image: a flat map, the centre, other images' maps. Null without any mask.
 * A map on which nothing speaks for the class scores 0.
 */
export function maskScores(input: MaskInput): MapReport['masked'] {
  const at = input.masks.flatMap((mask, i) => (mask === null ? [] : [i]));
  if (at.length === 0) return null;
  const { height, width } = input.trained.maps[0]!;
  const pointing = score('pointing', input, at, ({ places }, i) => places[i] && peaks(places[i], height, width));
  const energy = score('energy', input, at, ({ maps }, i) => maps[i] && shares(maps[i]));
  const units = at.map((i) => input.units[i]!);
  const labels = [...new Set(at.map((i) => input.decided[i]!))].sort();
  return {
    images: at.length,
    scores: [pointing.score, energy.score],
    classes: labels.map((label) => {
      const own = (values: readonly number[]) =>
        meanOf(
          values.map((value, n) => (input.decided[at[n]!] === label ? value : null)),
          units,
        );
      const images = at.filter((i) => input.decided[i] === label).length;
      return { label, images, pointing: own(pointing.values), energy: own(energy.values) };
    }),
  };
}

function score(
  name: MaskScore['name'],
  { masks, units, trained, randomised }: MaskInput,
  at: readonly number[],
  weigh: Weigh,
): { score: MaskScore; values: number[] } {
  const own = at.map((i) => masks[i]!);
  const groups = at.map((i) => units[i]!);
  const weights = at.map((i) => weigh(trained, i) ?? null);
  const values = weights.map((weight, n) => (weight === null ? 0 : inside(weight, own[n]!)));
  const { height, width } = trained.maps[0]!;
  const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
  const references: [Reference, (number | null)[]][] = [
    ['area', own.map((mask) => mask.reduce((sum, v) => sum + v, 0) / mask.length)],
    ...(name === 'pointing' ? [['centre', own.map((mask) => mask[middle]!)] satisfies [Reference, number[]]] : []),
    ['others', othersOf(weights, own, values)],
  ];
  if (randomised !== null) {
    const random = at.map((i, n) => {
      if ((randomised.maps[i] ?? null) === null) return null;
      const weight = weigh(randomised, i) ?? null;
      return weight === null ? 0 : inside(weight, own[n]!);
    });
    if (random.some((value) => value !== null)) references.push(['randomised', random]);
  }
  const against = references.map(([reference, theirs]) => ({
    reference,
    value: meanOf(theirs, groups),
    gain: meanOf(
      theirs.map((value, n) => (value === null ? null : values[n]! - value)),
      groups,
    ),
  }));
  return { values, score: { name, value: meanOf(values, groups), against } };
}

/** What the other images' maps would score on each mask, on average: the sum of all maps less its own does it in one pass. */
function othersOf(
  weights: readonly (Float64Array | null)[],
  masks: readonly Uint8Array[],
  values: readonly number[],
): (number | null)[] {
  if (masks.length < 2) return masks.map(() => null);
  const sum = new Float64Array(masks[0]!.length);
  for (const weight of weights) if (weight !== null) for (let i = 0; i < sum.length; i++) sum[i]! += weight[i]!;
  return masks.map((mask, n) => {
    const all = inside(sum, mask, masks.length);
    return Math.max(0, (all - values[n]!) / (masks.length - 1));
  });
}
