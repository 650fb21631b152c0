import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ErrorBody } from '../contract.ts';
import { TaskInfo } from './contract.ts';
import type { Task, Tasks } from './tasks.ts';

const tags = ['studio'];
const Id = z.object({ id: z.uuid() });

export const taskInfo = (task: Task): TaskInfo => ({ ...task, result: task.result as TaskInfo['result'] });

/** Long work, whoever began it: to be looked at and stopped. */
export function taskRoutes(tasks: Tasks): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/tasks',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Long work of this server, newest first',
          querystring: z.strictObject({ subject: z.string().max(300).optional() }),
          response: { 200: z.object({ tasks: z.array(TaskInfo) }) },
        },
      },
      async ({ query }) => ({ tasks: tasks.list(query).map(taskInfo) }),
    );
    app.get(
      '/tasks/:id',
      {
        config: { may: 'read' },
        schema: { tags, summary: 'Where a piece of work is', params: Id, response: { 200: TaskInfo, 404: ErrorBody } },
      },
      async ({ params }) => taskInfo(tasks.get(params.id)),
    );
    app.delete(
      '/tasks/:id',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Stop a piece of work; answered when it has ended',
          params: Id,
          response: { 200: TaskInfo, 404: ErrorBody },
        },
      },
      async ({ params }) => taskInfo(await tasks.stop(params.id)),
    );
  };
}
