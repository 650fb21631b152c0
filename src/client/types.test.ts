/** The client's types are written by hand, so that it needs nothing; here they are held against what the server answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type * as reading from '../server/reading/contract.ts';
import type * as served from '../server/routes/deployments/contract.ts';
import type * as jobs from '../server/routes/jobs/contract.ts';
import type * as client from './types.ts';

/** What the server says, as the client may read it: an error here is a compile error. */
type Says<Client, Server extends Client> = Server extends Client ? true : never;
/** The client names all keys that the server's answer has, and no others. */
type SameKeys<A, B> = [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>] extends [never, never] ? true : never;

const says: [
  Says<client.Answer, z.infer<typeof served.V1Answer>>,
  Says<client.BatchAnswer, z.infer<typeof served.V1BatchAnswer>>,
  Says<client.FeedbackAnswer, z.infer<typeof served.FeedbackAnswer>>,
  Says<client.LoggedPrediction, z.infer<typeof served.PredictionInfo>>,
  Says<client.Replay, z.infer<typeof served.ReplayInfo>>,
  Says<client.Deployment, z.infer<typeof served.DeploymentInfo>>,
  Says<client.Run, z.infer<typeof reading.Run>>,
  Says<client.MetricValue, z.infer<typeof reading.Value>>,
  Says<client.Model, z.infer<typeof reading.Model>>,
  Says<client.ModelVersion, z.infer<typeof reading.Version>>,
  Says<client.Job, z.infer<typeof jobs.JobInfo>>,
] = [true, true, true, true, true, true, true, true, true, true, true];

const keys: [
  SameKeys<client.Answer, z.infer<typeof served.V1Answer>>,
  SameKeys<client.FeedbackAnswer, z.infer<typeof served.FeedbackAnswer>>,
  SameKeys<client.Run, z.infer<typeof reading.Run>>,
  SameKeys<client.Model, z.infer<typeof reading.Model>>,
  SameKeys<client.Job, z.infer<typeof jobs.JobInfo>>,
] = [true, true, true, true, true];

test('the types were compiled against the server’s', () => assert.ok([...says, ...keys].every(Boolean)));
