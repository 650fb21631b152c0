import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { type Permission, rolesWith } from '../../security/permission.ts';
import type { Actor } from '../../store/registry/types.ts';
import type { TaskRecord } from '../../store/studio/tasks.ts';
import { actorOf } from '../actor.ts';
import { ErrorBody } from '../contract.ts';
import { TaskInfo } from './contract.ts';
import type { Task, TaskOrder, Tasks } from './tasks.ts';

const tags = ['studio'];
const Id = z.object({ id: z.uuid() });

/** Whoever changes datasets; and who decides, about what they may begin themselves. */
const MAY: Record<string, readonly Permission[]> = {
  'dataset.accept': ['write', 'decide'],
  'model.compare': ['decide'],
};

/** Throws FORBIDDEN for who may not steer such work. */
function checkMay({ who }: FastifyRequest, { what }: Task): void {
  const may = MAY[what] ?? ['write'];
  if (may.some((one) => who.permissions.includes(one))) return;
  throw new OslerError('FORBIDDEN', `${who.name} may not do this: it needs the permission "${may.join('" or "')}".`, {
    hint: `Roles that have it: ${[...new Set(may.flatMap(rolesWith))].join(', ')}.`,
  });
}

/** Without what it is to do, which may name files. */
export const taskInfo = ({ work: _, worker: _own, ...task }: Task): TaskInfo => task;

/** Long work, whoever began it: to be looked at, stopped, and begun again. `order` makes kept work that of whoever asks for it again. */
export function taskRoutes(
  tasks: Tasks,
  order: (work: TaskRecord['work'], actor: Actor) => Pick<TaskOrder, 'who' | 'work' | 'before'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/tasks',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Long work on datasets, and comparisons of versions, newest first',
          querystring: z.strictObject({ subject: z.string().max(300).optional() }),
          response: { 200: z.object({ tasks: z.array(TaskInfo) }) },
        },
      },
      async ({ query }) => ({ tasks: (await tasks.list(query)).map(taskInfo) }),
    );
    app.get(
      '/tasks/:id',
      {
        config: { may: 'read' },
        schema: { tags, summary: 'Where a piece of work is', params: Id, response: { 200: TaskInfo, 404: ErrorBody } },
      },
      async ({ params }) => taskInfo(await tasks.get(params.id)),
    );
    app.delete(
      '/tasks/:id',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Stop a piece of work; answered when it has ended',
          description:
            'Work of a server on another machine can not be asked to stop: it is ended as `interrupted`, so that something else can be begun. If that server still runs it works on to its end. Needs `write`; for `dataset.accept` `write` or `decide`, for `model.compare` `decide`.',
          params: Id,
          response: { 200: TaskInfo, 400: ErrorBody, 403: ErrorBody, 404: ErrorBody },
        },
      },
      async (request) => {
        checkMay(request, await tasks.get(request.params.id));
        return taskInfo(await tasks.stop(request.params.id, actorOf(request).who));
      },
    );
    app.post(
      '/tasks/:id/again',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Begin work again that failed, was stopped, or was interrupted as its server ended',
          description: 'Needs `write`; for `dataset.accept` `write` or `decide`, for `model.compare` `decide`.',
          params: Id,
          response: { 202: TaskInfo, 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody },
        },
      },
      async (request, reply) => {
        checkMay(request, await tasks.get(request.params.id));
        reply.code(202);
        return taskInfo(await tasks.again(request.params.id, (work) => order(work, actorOf(request))));
      },
    );
  };
}
