import { PassThrough } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { type Change, StoreWatch } from '../../../pipeline/home/changes.ts';
import type { Store } from '../../../store/store.ts';
import { type Entry, Feed } from './feed.ts';

/** Streams at once. */
const MOST = 500;
/** A comment now and then: proxies close what is silent. */
const BEAT_MS = 15_000;
/** Who listens is asked again who they are: their browser comes back by itself and misses nothing. */
const LIFE_MS = 600_000;
/** Who listens is let go of this soon after their key or session was ended. */
const ASK_MS = 3_000;
/** Bytes that a listener may be behind. */
const BEHIND = 2 ** 20;

const Query = z.strictObject({ after: z.string().max(60).optional().describe('As the header Last-Event-ID.') });

/** @param everyMs between two looks at the store. */
export function eventRoutes(store: Store, everyMs = 1_000): FastifyPluginAsyncZod {
  return async (app) => {
    const watch = new StoreWatch(store);
    const feed = new Feed<Change>({
      look: () => watch.look(),
      everyMs,
      onError: (error) => app.log.warn({ err: error }, 'the store could not be looked at for changes'),
    });
    const streams = new Set<PassThrough>();
    app.addHook('preClose', async () => {
      feed.close();
      for (const stream of streams) stream.end();
    });
    app.get(
      '/events',
      {
        config: { may: 'read' },
        schema: {
          tags: ['studio'],
          summary: 'What changes, as server-sent events',
          description:
            'Each is JSON: {"kind": "run", "id", "what": "started" | "progress" | "ended"}, {"kind": "runs"}, {"kind": "deployment" | "model" | "dataset", "name"}, {"kind": "job", "id"} (a training, a sweep or a demo), {"kind": "scoring", "id"}, or {"kind": "reset"} where something was missed and anything may have changed. Whoever comes back with `Last-Event-ID` is told what it missed.',
          querystring: Query,
        },
      },
      async (request, reply) => {
        if (streams.size >= MOST) throw new OslerError('OVERLOADED', `${MOST} listeners are here already.`);
        const stream = new PassThrough();
        streams.add(stream);
        stream.write(`retry: ${2 * everyMs}\n\n`);
        const write = (entries: Entry<Change>[]): void => {
          // Who does not read is let go of, and comes back.
          if (stream.writableLength > BEHIND) stream.destroy();
          else if (stream.writable) stream.write(entries.map(text).join(''));
        };
        // Who hears nothing before the stream breaks still has a place to go on from.
        stream.write(`id: ${feed.position}\n\n`);
        const last = request.query.after ?? request.headers['last-event-id'];
        const stop = feed.subscribe(write, typeof last === 'string' ? last : undefined);
        const beat = setInterval(() => stream.writable && stream.write(': beat\n\n'), BEAT_MS);
        const end = setTimeout(() => stream.end(), LIFE_MS);
        const asking = setInterval(async () => {
          if (!(await app.mayStill(request))) stream.end();
        }, ASK_MS);
        stream.once('close', () => {
          stop();
          clearInterval(beat);
          clearTimeout(end);
          clearInterval(asking);
          streams.delete(stream);
        });
        return reply
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          .type('text/event-stream; charset=utf-8')
          .send(stream);
      },
    );
  };
}

const text = ({ id, change }: Entry<Change>): string => `id: ${id}\ndata: ${JSON.stringify(change)}\n\n`;
