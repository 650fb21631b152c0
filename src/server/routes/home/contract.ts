/** What Home shows. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { TrainingRecord } from '../../../store/studio/trainings.ts';
import { Num } from '../../reading/contract.ts';

const Time = z.iso.datetime();

export const RunningRun = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['running', 'scheduled']),
  startedAt: Time,
  user: z.string(),
  dataset: z.string().nullable(),
  model: z.string().nullable(),
  epoch: z.int().nullable().describe("The last one that values came from; null of another program's run."),
  epochs: z.int().nullable(),
  best: z.object({ epoch: z.int(), metric: z.string(), value: Num }).nullable(),
  heardAt: Time.nullable().describe('When it said something last.'),
});
export const Running = z.object({ running: z.array(RunningRun) });

/** The demo's way: the last one that was begun, and what came of it. */
export const DemoState = TrainingRecord.pick({
  id: true,
  state: true,
  begunAt: true,
  endedAt: true,
  progress: true,
  error: true,
  run: true,
});
export type DemoState = z.infer<typeof DemoState>;

export const Home = z.object({
  counts: z.object({ runs: z.int(), datasets: z.int(), models: z.int(), deployments: z.int() }),
  running: z.array(RunningRun).describe('Newest first, some dozens at most.'),
  live: z.array(
    z.object({
      name: z.string(),
      revision: z.int(),
      at: Time,
      who: z.string(),
      why: z.string().nullable(),
      members: z.array(
        z.object({ name: z.string(), role: z.enum(['live', 'canary', 'shadow']), share: z.number().min(0).max(1) }),
      ),
      fault: z.string().nullable().describe('Why it is not what the store says, on this server.'),
    }),
  ),
  waiting: z
    .array(
      z.object({
        kind: z.enum(['fault', 'approve', 'evidence', 'leaks', 'broken', 'work', 'begun']),
        subject: z
          .string()
          .describe('A deployment, a version, a dataset, the id of a run or of what was begun from the page.'),
        words: z.string(),
        since: Time.nullable(),
      }),
    )
    .describe('What needs a person, the most pressing first.'),
  demo: DemoState.nullable(),
});
export type Home = z.infer<typeof Home>;

export const FindQuery = z.strictObject({ text: z.string().min(1).max(200) });
export const Found = z.object({
  found: z.array(
    z.object({
      kind: z.enum(['run', 'model', 'deployment', 'dataset']),
      id: z.string().describe('Of a run its id; of others their name, of a dataset NAME@VERSION.'),
      name: z.string(),
    }),
  ),
});
