import { z } from 'zod';
import { STATUSES } from '../../../pipeline/operation/health.ts';

export const Live = z.object({ status: z.literal('live') });

export const Ready = z.object({
  status: z
    .enum(['ready', 'degraded', 'failed', 'closing'])
    .describe('`degraded`: it answers, and something that it should have is missing.'),
  troubles: z
    .array(z.string())
    .describe('What is not as it should be: `store`, `disk`, `model`...; nothing else of it.'),
});
export type Ready = z.infer<typeof Ready>;

export const Deep = z.object({
  status: z.enum(STATUSES).describe('The worst of all checks.'),
  ready: z.boolean().describe('Whether answers can be given.'),
  at: z.iso.datetime().describe('When it was looked at; no look is older than a second.'),
  checks: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      status: z.enum(STATUSES),
      vital: z.boolean().describe('Whether answers can not be given without it.'),
      words: z.string(),
      figures: z.record(z.string(), z.number()).optional().describe('The unit stands in the name.'),
      milliseconds: z.number().describe('What the look took.'),
    }),
  ),
});
export type Deep = z.infer<typeof Deep>;
