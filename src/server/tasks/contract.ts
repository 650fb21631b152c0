/** What goes over HTTP about long work. */
import { z } from 'zod';
import { TaskRecord } from '../../store/studio/tasks.ts';

export const TaskInfo = TaskRecord.omit({ work: true, worker: true })
  .extend({
    progress: z.array(
      z.object({ task: z.string(), done: z.number(), total: z.number().optional(), note: z.string().optional() }),
    ),
  })
  .describe(
    'Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again.',
  );
export type TaskInfo = z.infer<typeof TaskInfo>;
