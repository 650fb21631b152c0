/** What goes over HTTP: the schemas that check it, describe it in OpenAPI, and type it for the page. */

import { z } from 'zod';
import { PreprocessSpec } from '../data/preprocess-spec.ts';
import { CALIBRATION_METHODS, ClassRule } from '../evaluation/decisions/spec.ts';
import { Views } from '../evaluation/views.ts';
import type { HeatMap } from '../serving/predictor.ts';
import { LeakCounts } from '../store/leak-stamp.ts';

export const ErrorBody = z
  .object({
    error: z.object({
      code: z.string().describe('Names one kind of mistake for ever; match on this.'),
      message: z.string(),
      hint: z.string().optional(),
    }),
  })
  // By name in the OpenAPI document: every route has several.
  .meta({ id: 'ErrorBody', description: 'What went wrong, in a sentence, and what to do.' });
export type ErrorBody = z.infer<typeof ErrorBody>;

const Probability = z.number().min(0).max(1);

/** Of the split behind a model or a run. */
export const Leaks = LeakCounts.describe(
  'What `leaky` among the stamps is for: groups, sets of exact and of near copies on both sides of the split, and samples of val and test with a counterpart in train.',
);

const Score = z.object({ score: z.number(), limit: z.number().nullable() });

export const PredictAnswer = z.object({
  requestId: z.string(),
  label: z
    .string()
    .describe(
      'The class decided for: with two classes the verdict at the operating point, else the most probable class, or the one that `classRule` of the model bids.',
    ),
  probabilities: z.record(z.string(), Probability).describe('By class; they sum to 1.'),
  positive: z
    .object({
      labels: z.array(z.string()).describe('The classes whose probabilities are summed.'),
      probability: Probability,
      threshold: Probability.describe('The operating point, chosen on validation data.'),
      verdict: z.boolean().describe('Whether the summed probability reaches the threshold.'),
    })
    .optional()
    .describe('The verdict at the operating point; absent when the bundle names no positive classes.'),
  set: z
    .object({
      labels: z.array(z.string()).describe('The classes that fit; may be several, or none.'),
      coverage: Probability.describe('Share of each class for which the set holds the truth.'),
    })
    .optional()
    .describe('Conformal set, fitted on validation data; absent when the bundle has none.'),
  outOfDistribution: z
    .object({
      verdict: z.boolean().describe('Whether a score is above its limit: the image is unlike those of validation.'),
      energy: Score.describe('-log of the summed exponentials of the logits.'),
      mahalanobis: Score.nullable().describe("The embedding's distance to the nearest class, in standard deviations."),
      appearance: Score.nullable().describe('Distance of what the image looks like: brightness, colours, texture.'),
      falseAlarmRate: Probability.describe('Share of validation images that the limits call unlike.'),
    })
    .optional()
    .describe('How unlike the validation images this one is; absent when the bundle cannot tell.'),
  stamps: z.array(z.string()).describe('Warnings that the data or the run behind the model carries, such as `leaky`.'),
  leaks: Leaks.optional(),
  model: z.object({ name: z.string(), run: z.string() }),
  heatmap: z
    .object({
      explained: z.string().describe('The class that the map speaks for.'),
      blank: z.boolean().describe('Whether nothing in the image speaks for that class: then the map shows nothing.'),
      grid: z
        .array(z.int())
        .length(2)
        .describe(
          'Rows and columns of places that the network tells apart; of fewer than 4 x 4 the map points at nothing.',
        ),
      image: z
        .string()
        .describe(
          'PNG as a data URL: the image as the network sees it with the evidence over it, or the evidence by itself.',
        ),
    })
    .optional(),
});
export type PredictAnswer = z.infer<typeof PredictAnswer>;

export const HeatmapWish = z
  .union([z.boolean(), z.literal('map')])
  .describe(
    '`true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it.',
  );

/** The same as it stands in an address or a form. */
export const HeatmapText = z
  .enum(['true', 'false', '1', '0', '', 'map'])
  .describe(
    '`true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it.',
  );

export function heatmapWish(text: z.infer<typeof HeatmapText>): z.infer<typeof HeatmapWish> {
  return text === 'map' ? text : text === 'true' || text === '1' || text === '';
}

/** As `heatmap` of an answer, or nothing. */
export function heatmapField(map: HeatMap | undefined): { heatmap?: z.infer<typeof PredictAnswer>['heatmap'] } {
  if (map === undefined) return {};
  const { png, explained, blank, grid } = map;
  return { heatmap: { explained, blank, grid, image: `data:image/png;base64,${Buffer.from(png).toString('base64')}` } };
}

/** Base64 of the image's bytes, with or without a `data:` prefix. */
export const PredictJson = z.strictObject({ image: z.string().min(1), heatmap: HeatmapWish.optional() });

export const PredictQuery = z.object({
  heatmap: HeatmapText.optional(),
});

const Interval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

export const ModelInfo = z.object({
  name: z.string(),
  run: z.string(),
  createdAt: z.string(),
  labels: z.array(z.string()),
  parameters: z.int(),
  preprocess: PreprocessSpec,
  views: Views.describe(
    'In which views the network looks at an image: `mirrors` is the mean of four, at four passes an image.',
  ),
  temperature: z.number(),
  calibration: z
    .enum(CALIBRATION_METHODS)
    .describe(
      'What the probabilities come from; by itself `temperature` says it all only where this is `temperature`.',
    ),
  operatingPoint: z.object({ positive: z.array(z.string()), threshold: z.number(), rule: z.string() }).nullable(),
  classRule: ClassRule.nullable().describe(
    'How one of several classes is decided for: the largest probability / share^tau. Null: the most probable.',
  ),
  conformal: z
    .object({
      coverage: z.number(),
      always: z.array(z.string()).describe('Classes in every set, as validation had too few samples of them.'),
    })
    .nullable(),
  outOfDistribution: z.object({ falseAlarmRate: z.number() }).nullable(),
  metrics: z.record(z.string(), Interval).describe('Of the test split, with 95% intervals.'),
  dataset: z.object({ name: z.string(), version: z.int(), digest: z.string() }),
  stamps: z.array(z.string()),
  leaks: LeakCounts.extend({ reason: z.string().nullable().describe('Why it was used all the same.') })
    .nullable()
    .describe('What `leaky` among the stamps is for.'),
  oslerVersion: z.string(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
