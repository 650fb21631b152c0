import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import type { Explanations, MapReport } from '../evaluation/explanations.ts';
import { meanOf } from '../explain/estimate.ts';
import { fitMask, type Mask } from '../explain/mask.ts';
import type { OnProgress } from '../progress.ts';
import { drawExamples } from './explain-examples.ts';
import { checkSanity, pick, type RandomMaps, similarity, spreadOver } from './explain-sanity.ts';
import { explainVerdict } from './explain-verdict.ts';
import { type Maps, mapSize, openMapper } from './mapper.ts';
import { maskScores } from './mask-scores.ts';

/** An image whose map is asked for. */
export interface Explained {
  id: string;
  group: string;
  path: string;
  /** Of the file as it was imported: another one is refused. Null for a folder's, which is what it is. */
  sha256: string | null;
  label: string;
  /** Class decided for: its map is drawn. */
  decided: string;
  /** Of it. */
  probability: number;
  mask: Mask | null;
}

export interface ExplainInput {
  /** ONNX. */
  model: Uint8Array;
  spec: PreprocessSpec;
  labels: readonly string[];
  images: readonly Explained[];
  /** Of the masks that were looked for; null when none were given. */
  masks: { missing: number; empty: number } | null;
  /** Images whose occlusion map is made, which costs about a hundred passes each; 0 for none. */
  occlusion: number;
  /** Randomised weights are tried on so many images at most; 0 for none. */
  sanity: number;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

type Checked = Pick<Explanations, 'images' | 'groups' | 'masks' | 'methods' | 'agreement' | 'examples' | 'notes'>;

/** Below so many places a map cannot point at anything. */
const COARSEST = 16;

/**
 * Checks the heat maps that a model's answers come with: class activation maps of all images and occlusion maps of some, against masks
 * and against the same network with its weights shuffled.
 */
export async function explain(input: ExplainInput): Promise<Checked> {
  const { images, model, spec, labels, onProgress, signal } = input;
  const units = images.map(({ group }) => group);
  const size = mapSize(spec);
  const masks = images.map(({ mask }) => (mask === null ? null : fitMask(mask, spec, size)));
  const all = images.map((_, i) => i);
  const few = spreadOver(images.length, input.occlusion);
  const told = (task: string) => onProgress && ((done: number, total: number) => onProgress({ task, done, total }));

  const mapper = await openMapper(model, spec, labels);
  let cam: Maps;
  let occlusion: Maps;
  try {
    cam = await mapper.cam(images, told('activation maps'), signal);
    occlusion = await mapper.occlusion(pick(images, few), told('occlusion maps'), signal);
  } finally {
    await mapper.close();
  }
  const sanity =
    input.sanity === 0
      ? null
      : await checkSanity({ ...input, units, cam, occlusion, few, most: input.sanity, onProgress, signal });

  const report = (
    method: MapReport['method'],
    maps: Maps,
    at: readonly number[],
    randomised: RandomMaps | undefined,
  ): MapReport => {
    const masked = maskScores({
      decided: pick(images, at).map(({ decided }) => decided),
      masks: pick(masks, at),
      units: pick(units, at),
      trained: maps,
      randomised: randomised ?? null,
    });
    const blank = maps.maps.filter((map) => !map.data.some((v) => v > 0)).length;
    const half = { method, images: at.length, grid: maps.grid, blank, masked, sanity: sanity?.[method] ?? [] };
    return { ...half, verdict: explainVerdict(half) };
  };
  const shown = few.length === 0 ? all : few;
  const shares = masks.map((mask) => (mask === null ? null : mask.reduce((sum, v) => sum + v, 0) / mask.length));
  return {
    images: images.length,
    groups: new Set(units).size,
    masks: input.masks && {
      found: masks.filter((mask) => mask !== null).length,
      ...input.masks,
      share: meanOf(shares, units),
    },
    methods: [
      report('cam', cam, all, sanity?.random.cam),
      ...(few.length === 0 ? [] : [report('occlusion', occlusion, few, sanity?.random.occlusion)]),
    ],
    agreement: few.length === 0 ? null : similarity(pick(cam.maps, few), occlusion.maps, pick(units, few)),
    examples: await drawExamples({
      spec,
      images: pick(images, shown),
      cam: pick(cam.places, shown),
      occlusion: few.length === 0 ? null : occlusion.maps,
    }),
    notes: notesOf(cam.grid, occlusion.side, spec),
  };
}

function notesOf([rows, columns]: [number, number], side: number, spec: PreprocessSpec): string[] {
  const coarse =
    rows * columns < COARSEST
      ? ' That is too coarse to point at anything: a larger input (data.size) gives finer maps.'
      : '';
  return [
    `Activation maps have ${rows} × ${columns} places and are enlarged to the input's ${spec.height} × ${spec.width} pixels.${coarse}`,
    ...(side === 0
      ? []
      : [`Occlusion covers squares of ${side} pixels with the image's mean colour and takes what the class loses.`]),
  ];
}
