/** What goes over HTTP about long work. */
import { z } from 'zod';

export const TaskInfo = z
  .object({
    id: z.string(),
    what: z.string().describe('`dataset.audit`, `dataset.mend`...'),
    subject: z.string().describe('What it is done to: `dataset isic@1`.'),
    who: z.string(),
    state: z.enum(['running', 'done', 'failed', 'stopped']),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    progress: z.array(
      z.object({ task: z.string(), done: z.number(), total: z.number().optional(), note: z.string().optional() }),
    ),
    result: z.json().describe('What came of it, once it is done; null before.'),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  })
  .describe(
    'Work that takes long: begun by one request, looked at here until it has ended. Forgotten when the server ends.',
  );
export type TaskInfo = z.infer<typeof TaskInfo>;
