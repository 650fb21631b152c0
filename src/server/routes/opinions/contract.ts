/** What goes over HTTP about models that are asked by themselves. */
import { z } from 'zod';
import { VersionStatus } from '../../../store/registry/types.ts';
import { HeatmapText, Leaks, ModelInfo, PredictAnswer } from '../../contract.ts';
import { V1Answer } from '../deployments/contract.ts';

export const AskableInfo = z.object({
  of: z.string().describe('`version:skin@3` or `bundle:demo`: how it is asked.'),
  kind: z.enum(['version', 'bundle']),
  name: z.string(),
  version: z.int().nullable(),
  status: VersionStatus.nullable().describe('Of a registered version; null for a bundle that is not registered.'),
  aliases: z.array(z.string()),
  digest: z.string().nullable().describe("sha256 of the bundle's manifest."),
  network: z.string(),
  labels: z.array(z.string()),
  stamps: z.array(z.string()),
  leaks: Leaks.nullable(),
  createdAt: z.string(),
});
export type AskableInfo = z.infer<typeof AskableInfo>;

const Of = z.string().min(1).max(400);
export const InfoQuery = z.strictObject({ of: Of });
export const AskQuery = z.strictObject({ of: Of, heatmap: HeatmapText.optional() });

export const AskedInfo = z.object({ asked: AskableInfo, info: ModelInfo });
export type AskedInfo = z.infer<typeof AskedInfo>;

export const Opinion = PredictAnswer.extend({
  abstention: V1Answer.shape.abstention,
  model: z.object({
    name: z.string(),
    version: z.int().nullable(),
    digest: z.string().nullable(),
    network: z.string(),
    run: z.string(),
  }),
}).describe('An answer that is not written down, and takes no feedback.');
export type Opinion = z.infer<typeof Opinion>;
