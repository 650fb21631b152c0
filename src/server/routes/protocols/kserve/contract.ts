import { z } from 'zod';

const Tensor = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()),
  parameters: z.record(z.string(), z.string()).optional(),
});

export const KserveError = z.object({ error: z.string(), code: z.string().optional(), hint: z.string().optional() });
export const ServerLive = z.object({ live: z.boolean() });
export const ServerReady = z.object({ ready: z.boolean() });
export const ServerMetadata = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) });
export const ModelReady = z.object({ name: z.string(), ready: z.boolean() });
export const ModelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(Tensor).describe('One of them is sent: files, or tensors of the size that the network takes.'),
  outputs: z.array(Tensor),
});
export const InferResponse = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
  outputs: z.array(
    Tensor.extend({
      data: z.array(z.union([z.number(), z.string(), z.boolean()])).optional(),
      parameters: z.record(z.string(), z.union([z.string(), z.int()])).optional(),
    }),
  ),
});
export type InferResponse = z.infer<typeof InferResponse>;
