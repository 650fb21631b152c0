import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Views } from './views.ts';

/** What a map's score is held against. */
export const REFERENCES = {
  /** Scores the mask's share of the image. */
  area: 'a flat map',
  centre: 'the image’s centre',
  others: 'other images’ maps',
  randomised: 'randomised weights',
} as const;

const Reference = z.object({
  reference: z.enum(['area', 'centre', 'others', 'randomised']),
  value: Estimate,
  /** Of the maps over the reference, image by image. */
  gain: Estimate,
});

const MaskScore = z.object({
  /** `pointing`: share of images whose map is strongest inside the mask. `energy`: share of the map's sum that is inside. */
  name: z.enum(['pointing', 'energy']),
  value: Estimate,
  against: z.array(Reference),
});
export type MaskScore = z.infer<typeof MaskScore>;

const SanityStage = z.object({
  /** Layers with randomised weights, counted from the output, of how many. */
  randomised: z.int(),
  layers: z.int(),
  /** Rank correlation of the maps with those of the trained network. */
  similarity: Estimate,
});

const MapReport = z.object({
  method: z.enum(['cam', 'occlusion']),
  images: z.int(),
  /** Places on the grid that the method tells apart, rows and columns. */
  grid: z.tuple([z.int(), z.int()]),
  /** Images without anything that speaks for the class decided for: they have no map and count as misses. */
  blank: z.int(),
  /** Against masks; null without any. */
  masked: z
    .object({
      images: z.int(),
      scores: z.array(MaskScore),
      /** Each class decided for by itself. */
      classes: z.array(z.object({ label: z.string(), images: z.int(), pointing: Estimate, energy: Estimate })),
    })
    .nullable(),
  sanity: z.array(SanityStage),
  verdict: z.object({
    /** Better than chance against masks, and dependent on the weights; null where it cannot be said. */
    sound: z.boolean().nullable(),
    words: z.array(z.string()),
  }),
});
export type MapReport = z.infer<typeof MapReport>;

/** `explanations.json`: do the heat maps show what they seem to? */
export const Explanations = z.object({
  format: z.literal('osler-explanations/1'),
  /** Id of the run or bundle. */
  subject: z.string(),
  /** Of the graph, lower-case hex: other weights, other maps. */
  sha256: z.string(),
  /** The checkpoint's epoch; null where it is not known. */
  epoch: z.int().nullable(),
  /** In which views the network was asked; absent: once. */
  views: Views.optional(),
  split: z.string(),
  createdAt: z.string(),
  images: z.int(),
  groups: z.int(),
  /** Null when none were given. */
  masks: z.object({ found: z.int(), missing: z.int(), empty: z.int(), share: Estimate }).nullable(),
  methods: z.array(MapReport),
  /** Rank correlation of the two methods' maps of the same images; null with one method. */
  agreement: Estimate.nullable(),
  /** Pictures as data URLs: the image as the network sees it, with the mask's outline where there is one, and its maps. */
  examples: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      decided: z.string(),
      probability: z.number(),
      image: z.string(),
      maps: z.array(
        z.object({ method: z.enum(['cam', 'occlusion']), image: z.string(), inside: z.number().nullable() }),
      ),
    }),
  ),
  notes: z.array(z.string()),
});
export type Explanations = z.infer<typeof Explanations>;
