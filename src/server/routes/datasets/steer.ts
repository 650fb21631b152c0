import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { findRecord } from '../../../data/dataset.ts';
import { acceptVersion } from '../../../pipeline/datasets/accept.ts';
import { type DatasetShelf, sampleAt } from '../../../pipeline/datasets/shelf.ts';
import type { DatasetWork } from '../../../pipeline/datasets/work.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { ErrorBody } from '../../contract.ts';
import { TaskInfo } from '../../tasks/contract.ts';
import { taskInfo } from '../../tasks/routes.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { AcceptBody, AmendBody, AuditBody, SplitBody, VersionParams } from './contract.ts';
import { ordered } from './ordered.ts';

const tags = ['datasets'];

/** What people do to data sets: audit, accept, mend, split, decide about images. Each answers with the work that it began. */
export function steerRoutes(
  shelf: DatasetShelf,
  store: Pick<Store, 'home' | 'trail'>,
  tasks: Tasks,
): FastifyPluginAsyncZod {
  const response = { 202: TaskInfo, 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody };
  const begin = async (request: FastifyRequest, what: string, ref: string, work: DatasetWork): Promise<TaskInfo> =>
    taskInfo(await tasks.start({ what, subject: `dataset ${ref}`, ...ordered(store, work, actorOf(request)) }));
  /** NAME@VERSION. Throws NOT_FOUND. */
  const refOf = async (params: { name: string; version: number }): Promise<string> => {
    const { name, version } = await findRecord(shelf.home, `${params.name}@${params.version}`);
    return `${name}@${version}`;
  };
  return async (app) => {
    app.post(
      '/datasets/:name/versions/:version/audit',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Audit a version anew',
          description:
            'With `shortcut` every image is read once more, to see whether the label can be told without anatomy.',
          params: VersionParams,
          body: AuditBody,
          response,
        },
      },
      async (request, reply) => {
        const ref = await refOf(request.params);
        reply.code(202);
        return begin(request, 'dataset.audit', ref, { kind: 'audit', ref, shortcut: request.body.shortcut });
      },
    );
    app.post(
      '/datasets/:name/versions/:version/accept',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Use a version as it is although it leaks',
          description:
            'Who and why goes to the audit trail and stands beside the version; everything made from it stays stamped.',
          params: VersionParams,
          body: AcceptBody,
          response,
        },
      },
      async (request, reply) => {
        const ref = await refOf(request.params);
        const record = await findRecord(shelf.home, ref);
        await acceptVersion(store, record, { ...actorOf(request), reason: request.body.reason });
        reply.code(202);
        return begin(request, 'dataset.accept', ref, { kind: 'tell', ref });
      },
    );
    app.post(
      '/datasets/:name/versions/:version/mend',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Make the next version, in which nothing crosses the split, moving no more than it takes',
          params: VersionParams,
          response,
        },
      },
      async (request, reply) => {
        const ref = await refOf(request.params);
        reply.code(202);
        return begin(request, 'dataset.mend', ref, { kind: 'mend', ref });
      },
    );
    app.post(
      '/datasets/:name/versions/:version/split',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Make the next version, split anew or into folds',
          params: VersionParams,
          body: SplitBody,
          response,
        },
      },
      async (request, reply) => {
        const ref = await refOf(request.params);
        const { fractions, seed, fold } = request.body;
        const options = { ...(fractions && { fractions }), ...(seed !== undefined && { seed }), ...(fold && { fold }) };
        reply.code(202);
        return begin(request, 'dataset.split', ref, { kind: 'split', ref, options });
      },
    );
    app.post(
      '/datasets/:name/versions/:version/amend',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Make the next version, in which some images have another label, are left out, or are brought back',
          description:
            'Imports that follow keep what was decided, as long as the file is the same. Who and why goes to the audit trail.',
          params: VersionParams,
          body: AmendBody,
          response,
        },
      },
      async (request, reply) => {
        const { name, version } = request.params;
        const { reason } = request.body;
        const open = await shelf.version(name, version);
        const decisions = request.body.decisions.map(({ number, label, out }) => ({
          id: sampleAt(open, number).id,
          number,
          out,
          ...(label === undefined ? {} : { label }),
        }));
        const ref = `${name}@${version}`;
        const said = { by: actorOf(request).who, reason };
        reply.code(202);
        return begin(request, 'dataset.amend', ref, { kind: 'amend', ref, decisions, said });
      },
    );
  };
}
