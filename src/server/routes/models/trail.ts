import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Verified, verifyTrail } from '../../../registry/verify.ts';
import type { Store } from '../../../store/store.ts';
import { keyId, type TrailRow } from '../../../store/trail-event.ts';
import { type EventInfo, failures, NoQuery, TrailInfo, TrailQueryIn, VerificationInfo } from './contract.ts';
import { Ongoing } from './ongoing.ts';
import { workOut } from './work.ts';

const tags = ['trail'];

/** The audit trail, to be read and verified. */
export function trailRoutes(store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    const ongoing = new Ongoing<{ verified: Verified; at: string }>();
    let last: { verified: Verified; at: string } | null = null;
    /** The present one's name: each is made anew. */
    let key = 0;
    const info = (): z.infer<typeof VerificationInfo> => {
      const state = ongoing.state(String(key));
      return {
        work: workOut(state),
        at: last?.at ?? null,
        result: last === null ? null : { ok: last.verified.faults.length === 0, ...last.verified },
      };
    };
    app.addHook('onClose', () => ongoing.close());
    app.get(
      '/v1/trail',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Who did what, when, how and why, with what before and after; newest first',
          querystring: TrailQueryIn,
          response: { 200: TrailInfo, ...failures },
        },
      },
      async ({ query: { limit, ...query } }) => {
        const asked = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
        const rows = (await store.trail.read({ ...asked, last: limit + 1 })).reverse();
        const events = rows.slice(0, limit).map(eventOut);
        return { events, next: rows.length > limit ? events.at(-1)!.seq : null };
      },
    );
    app.get(
      '/v1/trail/verification',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'How far the verification is, and what the last one found',
          querystring: NoQuery,
          response: { 200: VerificationInfo },
        },
      },
      async () => info(),
    );
    app.post(
      '/v1/trail/verification',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary:
            'Look for any alteration: of events, their chain, the registry, deployments, evidence, registered bundles',
          body: z.strictObject({ files: z.boolean().default(true).describe('Every byte of every bundle, too.') }),
          response: { 202: VerificationInfo },
        },
      },
      async ({ body: { files } }, reply) => {
        if (ongoing.state(String(key))?.state !== 'running') key += 1;
        ongoing.start(String(key), async (signal, onProgress) => {
          const verified = await verifyTrail(store, {
            files,
            onBundle: (done, total) => {
              signal.throwIfAborted();
              onProgress({ task: 'checking bundles', done, total });
            },
          });
          last = { verified, at: new Date().toISOString() };
          return last;
        });
        reply.code(202);
        return info();
      },
    );
    app.delete(
      '/v1/trail/verification',
      {
        config: { may: 'decide' },
        schema: { tags, summary: 'Cancel the verification under way', response: { 200: VerificationInfo } },
      },
      async () => {
        ongoing.cancel(String(key));
        return info();
      },
    );
  };
}

function eventOut({
  before,
  after,
  key,
  previous: _,
  signature: __,
  id: ___,
  ...row
}: TrailRow): z.infer<typeof EventInfo> {
  const parse = (text: string | null) => (text === null ? null : JSON.parse(text));
  return { ...row, before: parse(before), after: parse(after), key: keyId(key) };
}
