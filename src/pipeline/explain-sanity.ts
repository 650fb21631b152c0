import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import type { Estimate } from '../evaluation/estimate.ts';
import type { MapReport } from '../evaluation/explanations.ts';
import { generator } from '../evaluation/random.ts';
import { meanOf } from '../explain/estimate.ts';
import type { Grid } from '../explain/heatmap.ts';
import { rankCorrelation } from '../explain/scores.ts';
import { layerCount, randomiseLayers } from '../onnx/randomise.ts';
import type { OnProgress } from '../progress.ts';
import { type Asked, type Maps, openMapper, sampled } from './mapper.ts';

/** Places each way when ranks are compared: more would only repeat what interpolation made. */
const COARSE = 28;
/** Occlusion is tried on so many images: a hundred passes each. */
const SLOW = 16;
const SEED = 2018;

export interface SanityInput {
  model: Uint8Array;
  spec: PreprocessSpec;
  labels: readonly string[];
  images: readonly Asked[];
  units: readonly string[];
  /** Of the trained network: of all images, and of those at `few`. */
  cam: Maps;
  occlusion: Maps;
  few: readonly number[];
  /** Images that each stage is tried on, at most. */
  most: number;
  onProgress: OnProgress | undefined;
  signal: AbortSignal | undefined;
}

/** Maps of the network with nothing learnt left, in the order of the trained one's; null where none was made. */
export interface RandomMaps {
  maps: (Grid | null)[];
  places: (Grid | null)[];
}

export interface Sanity {
  cam: MapReport['sanity'];
  occlusion: MapReport['sanity'];
  random: { cam: RandomMaps; occlusion: RandomMaps };
}

/**
 * Shuffles the weights from the last layer to the first, in four steps, and compares the maps with those of the trained network
 * (cascading randomisation: Adebayo et al. 2018, Sanity Checks for Saliency Maps).
 */
export async function checkSanity(input: SanityInput): Promise<Sanity> {
  const { model, spec, labels, images, units, cam, occlusion, few, onProgress, signal } = input;
  const tried = spreadOver(images.length, input.most);
  const slowly = spreadOver(few.length, Math.min(input.most, SLOW));
  const layers = layerCount(model);
  const stages = [...new Set([1, Math.ceil(layers / 4), Math.ceil(layers / 2), layers])];
  const result: Sanity = {
    cam: [],
    occlusion: [],
    random: { cam: { maps: [], places: [] }, occlusion: { maps: [], places: [] } },
  };
  for (const [at, randomised] of stages.entries()) {
    onProgress?.({ task: 'randomised weights', done: at + 1, total: stages.length });
    const mapper = await openMapper(randomiseLayers(model, randomised, generator(SEED + randomised)), spec, labels);
    try {
      if (randomised < layers) {
        const maps = await mapper.cam(pick(images, tried), undefined, signal);
        const compared = similarity(pick(cam.maps, tried), maps.maps, pick(units, tried));
        result.cam.push({ randomised, layers, similarity: compared });
        continue;
      }
      // Nothing learnt is left: all its maps are wanted, as the masks are held against them too.
      result.random.cam = await mapper.cam(images, undefined, signal);
      const own = result.random.cam.maps as Grid[];
      result.cam.push({ randomised, layers, similarity: similarity(cam.maps, own, units) });
      if (slowly.length === 0) continue;
      const at = slowly.map((i) => few[i]!);
      const maps = await mapper.occlusion(pick(images, at), told(onProgress), signal);
      const compared = similarity(pick(occlusion.maps, slowly), maps.maps, pick(units, at));
      result.occlusion.push({ randomised, layers, similarity: compared });
      const aligned = few.map((_, i) => maps.maps[slowly.indexOf(i)] ?? null);
      result.random.occlusion = { maps: aligned, places: aligned };
    } finally {
      await mapper.close();
    }
  }
  return result;
}

/** Rank correlation of two sets of maps, image by image. */
export function similarity(a: readonly Grid[], b: readonly Grid[], units: readonly string[]): Estimate {
  const coarse = (map: Grid): Float32Array =>
    sampled(map, Math.min(map.height, COARSE), Math.min(map.width, COARSE)).data;
  return meanOf(
    a.map((map, i) => rankCorrelation(coarse(map), coarse(b[i]!))),
    units,
  );
}

/** Indices at even distances. */
export function spreadOver(length: number, wanted: number): number[] {
  const count = Math.min(length, wanted);
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}

export function pick<T>(list: readonly T[], at: readonly number[]): T[] {
  return at.map((i) => list[i]!);
}

function told(onProgress: OnProgress | undefined): ((done: number, total: number) => void) | undefined {
  return onProgress && ((done, total) => onProgress({ task: 'occlusion, randomised', done, total }));
}
