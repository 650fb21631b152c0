import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { goOn, jobTargetName, newJobId, readyJob } from '../../../pipeline/jobs/begin.ts';
import { cancelJob, deleteJob } from '../../../pipeline/jobs/end.ts';
import { idleJobs } from '../../../pipeline/jobs/idle.ts';
import { resultLines } from '../../../pipeline/jobs/results.ts';
import { JobSource, type KeptImages } from '../../../pipeline/jobs/source.ts';
import { type JobTarget, targetOf } from '../../../pipeline/jobs/target.ts';
import type { Caller } from '../../../security/caller.ts';
import { rolesWith } from '../../../security/permission.ts';
import { RefusedError } from '../../../serving/deployments/gate.ts';
import type { JobItem, JobRecord } from '../../../store/jobs/types.ts';
import type { Store } from '../../../store/store.ts';
import { Admission } from '../../admission.ts';
import { ErrorBody } from '../../contract.ts';
import { FormFields } from '../../image-body.ts';
import {
  ItemsQuery,
  JobId,
  JobInfo,
  JobItems,
  JobsPage,
  JobsQuery,
  NewJob,
  NewJobQuery,
  ResultQuery,
} from './contract.ts';
import { itemInfo } from './item.ts';
import { receiveImages } from './receive.ts';

export interface JobRoutes {
  store: Store;
  kept: KeptImages;
  /** The name of a deployment that is served here; the first where none is asked for. Throws NOT_FOUND. */
  deployment(name: string | undefined): string;
  /** There is a job to work on. */
  wake(): void;
}

const tags = ['jobs'];
/** Images that are listed together. */
const TOGETHER = 100;
const LONGEST_NAME = 500;
/** Jobs that arrive at once: each holds an image in memory, and fills the disk. */
const PLACES = { most: 4, short: 4 };

export function jobRoutes({ store, kept, deployment, wake }: JobRoutes): FastifyPluginAsyncZod {
  const targetFor = async (asked: z.infer<typeof NewJobQuery>): Promise<JobTarget> => {
    if (asked.model === undefined) return { kind: 'deployment', name: deployment(asked.deployment) };
    if (asked.deployment !== undefined)
      throw new OslerError('USAGE', 'A job is answered by a deployment or by a version, not by both.');
    const ref = asked.model.startsWith('models:/') ? asked.model : `models:/${asked.model}`;
    return targetOf(store, ref, () =>
      Promise.reject(new OslerError('NOT_FOUND', 'There are no bundles by name here.')),
    );
  };
  return async (app) => {
    const receiving = new Admission((underWay) => new RefusedError(`${underWay} jobs are being received already.`, 5));
    app.post(
      '/v1/jobs',
      {
        // Many images take their time.
        config: { may: 'predict', streams: true },
        schema: {
          tags,
          summary: 'Score many images',
          description:
            'A form with image files or ZIP archives, as many as there are; before them the fields deployment (or model) and name. Answered when all have arrived; they are kept, encrypted, until the job has ended.',
          querystring: NewJobQuery,
          response: {
            202: NewJob,
            400: ErrorBody,
            403: ErrorBody,
            404: ErrorBody,
            413: ErrorBody,
            415: ErrorBody,
            429: ErrorBody,
          },
        },
      },
      async (request, reply) => {
        const refused = receiving.refusal(PLACES);
        if (refused !== null) throw refused;
        receiving.enter(request, reply, PLACES);
        const fields = new FormFields(['deployment', 'model', 'name']);
        const id = newJobId();
        let begun = false;
        let waiting: Omit<JobItem, 'number'>[] = [];
        const flush = async (): Promise<void> => {
          await store.jobs.add(id, waiting);
          waiting = [];
        };
        const begin = async (): Promise<void> => {
          const { name: called = 'upload', ...by } = fields.said();
          const target = await targetFor({ ...request.query, ...by });
          const name = called.slice(0, 200);
          // Nobody sends the same images by chance: each upload is a job of its own.
          await store.jobs.create({
            id,
            name,
            who: request.who.name,
            fingerprint: id,
            source: { kind: 'upload' },
            target,
          });
          begun = true;
        };
        let skipped: number;
        try {
          ({ skipped } = await receiveImages(request, {
            field(name, value) {
              fields.add(name, value);
              if (!begun) return;
              // It was begun without: another might answer than was meant.
              throw new OslerError('USAGE', `The form's field "${name}" comes after its first image.`, {
                hint: 'curl -F deployment=derma -F file=@scans.zip: what is said of the images goes before them.',
              });
            },
            async image({ name, bytes }) {
              if (!begun) await begin();
              waiting.push({ name: name.slice(0, LONGEST_NAME), content: await kept.keep(id, bytes) });
              if (waiting.length >= TOGETHER) await flush();
            },
          }));
          await flush();
        } catch (error) {
          if (begun) await store.jobs.delete(id).catch(() => undefined);
          await kept.drop(id);
          throw error;
        }
        const job = await readyJob(store, id);
        wake();
        return reply
          .code(202)
          .header('location', `/v1/jobs/${id}`)
          .send({ ...infoOf(job), skipped });
      },
    );
    app.get(
      '/v1/jobs',
      {
        config: { may: 'predict' },
        schema: {
          tags,
          summary: 'All jobs, newest first',
          querystring: JobsQuery,
          response: { 200: JobsPage, 400: ErrorBody },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const [at, id] = cursor?.split('.') ?? [];
        const before = at === undefined || id === undefined ? {} : { before: { createdAt: Number(at), id } };
        const all = await store.jobs.list({ limit: limit + 1, ...before });
        const page = all.slice(0, limit);
        const last = page.at(-1);
        const idle = await idleJobs(store, page);
        return {
          jobs: page.map((job) => infoOf(job, idle)),
          next: all.length > limit && last ? `${last.createdAt}.${last.id}` : null,
        };
      },
    );
    const one = { params: JobId, response: { 200: JobInfo, 400: ErrorBody, 404: ErrorBody } };
    app.get(
      '/v1/jobs/:id',
      { config: { may: 'predict' }, schema: { tags, summary: 'How a job stands', ...one } },
      async ({ params }) => {
        const job = await store.jobs.get(params.id);
        return infoOf(job, await idleJobs(store, [job]));
      },
    );
    app.post(
      '/v1/jobs/:id/cancel',
      { config: { may: 'predict' }, schema: { tags, summary: 'End a job; what is done of it is kept', ...one } },
      async ({ params, who }) => {
        await refuseOthers(store, params.id, who);
        return infoOf(await cancelJob(store, params.id));
      },
    );
    app.post(
      '/v1/jobs/:id/resume',
      {
        config: { may: 'predict' },
        schema: { tags, summary: 'Go on with a job that failed: its images are still there', ...one },
      },
      async ({ params, who }) => {
        const { id, state, source } = await refuseOthers(store, params.id, who);
        if (state !== 'failed')
          throw new OslerError('USAGE', `The job is ${state}: only one that failed can be gone on with here.`);
        if (JobSource.parse(source).kind !== 'upload')
          throw new OslerError('USAGE', 'The images of the job were not sent to a server: none works on it.', {
            hint: `On the machine that has them: osler score --job ${id.slice(0, 12)}`,
          });
        const job = await goOn(store, id);
        wake();
        return infoOf(job);
      },
    );
    app.delete(
      '/v1/jobs/:id',
      {
        config: { may: 'predict' },
        schema: {
          tags,
          summary: 'Forget a job with its answers',
          params: JobId,
          response: { 204: z.null(), 400: ErrorBody, 403: ErrorBody, 404: ErrorBody },
        },
      },
      async ({ params, who }, reply) => {
        await refuseOthers(store, params.id, who);
        await deleteJob(store, params.id);
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/v1/jobs/:id/items',
      {
        config: { may: 'predict' },
        schema: {
          tags,
          summary: 'Images of a job with what was said of them, a stretch at a time',
          params: JobId,
          querystring: ItemsQuery,
          response: { 200: JobItems, 400: ErrorBody, 404: ErrorBody },
        },
      },
      async ({ params, query: { which, offset, limit } }) => {
        const { id } = await store.jobs.get(params.id);
        const items =
          which === 'failed'
            ? await store.jobs.failures(id, { offset, limit })
            : // Numbers have no gaps.
              await store.jobs.results(id, { after: offset - 1, limit });
        return { items: items.map(itemInfo) };
      },
    );
    app.get(
      '/v1/jobs/:id/result',
      {
        config: { may: 'predict' },
        schema: {
          tags,
          summary: 'The answers that there are',
          description:
            'JSON lines or CSV, in the order of the images; an image that could not be read has its error in its line.',
          params: JobId,
          querystring: ResultQuery,
          response: { 400: ErrorBody, 404: ErrorBody },
        },
      },
      async ({ params, query: { format } }, reply) => {
        const { id } = await store.jobs.get(params.id);
        return reply
          .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
          .header('content-disposition', `attachment; filename="job-${id.slice(0, 12)}.${format}"`)
          .send(Readable.from(resultLines(store, id, format)) as never);
      },
    );
  };
}

/** A job, and what came of it, is ended by who began it, or by who manages the server. Throws NOT_FOUND, FORBIDDEN. */
async function refuseOthers(store: Store, id: string, { name, permissions }: Caller): Promise<JobRecord> {
  const job = await store.jobs.get(id);
  if (job.who === name || permissions.includes('manage')) return job;
  throw new OslerError('FORBIDDEN', `The job is ${job.who}'s.`, {
    hint: `${job.who} may end it, or ${rolesWith('manage').join(', ')}.`,
  });
}

function infoOf(job: JobRecord, idle: ReadonlySet<string> = new Set()): JobInfo {
  const { id, name, state, who, total, done, failed, error } = job;
  const at = (moment: number) => new Date(moment).toISOString();
  return {
    id,
    name,
    state,
    idle: idle.has(id),
    model: jobTargetName(job),
    who,
    source: JobSource.parse(job.source).kind,
    createdAt: at(job.createdAt),
    startedAt: job.startedAt === null ? null : at(job.startedAt),
    endedAt: job.endedAt === null ? null : at(job.endedAt),
    total,
    done,
    failed,
    error,
  };
}
