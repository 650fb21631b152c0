import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Health } from '../../../pipeline/operation/health.ts';
import { Deep, Live, Ready } from './contract.ts';

const tags = ['operation'];

/** @param health absent: what can be said without looking at anything. */
export function healthRoutes(isClosing: () => boolean, health?: Health): FastifyPluginAsyncZod {
  const ready = (): Ready => {
    if (isClosing()) return { status: 'closing', troubles: [] };
    const report = health?.report ?? null;
    if (report === null) return { status: 'ready', troubles: [] };
    const troubles = [...new Set(report.checks.filter(({ status }) => status !== 'ok').map(({ kind }) => kind))];
    if (!report.ready) return { status: 'failed', troubles };
    return { status: troubles.length > 0 ? 'degraded' : 'ready', troubles };
  };
  return async (app) => {
    app.get(
      '/health/live',
      {
        config: { may: 'public' },
        schema: { tags, summary: 'Is the process alive?', response: { 200: Live } },
      },
      async () => ({ status: 'live' as const }),
    );
    app.get(
      '/health/ready',
      {
        config: { may: 'public' },
        schema: {
          tags,
          summary: 'May traffic be sent here?',
          description: '503 while closing, and where no model can answer. What the last look found: it costs nothing.',
          response: { 200: Ready, 503: Ready },
        },
      },
      async (_request, reply) => {
        const answer = ready();
        return reply.code(answer.status === 'closing' || answer.status === 'failed' ? 503 : 200).send(answer);
      },
    );
    if (health === undefined) return;
    app.get(
      '/health/deep',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What is wrong, if anything',
          description:
            'Looks now: each model answers a picture, the store a transaction, the disk takes a file; and memory, the thread, the log.',
          response: { 200: Deep, 503: Deep },
        },
      },
      async (_request, reply) => {
        const { at, ...report } = await health.look();
        const body: Deep = { ...report, at: new Date(at).toISOString() };
        return reply.code(report.ready ? 200 : 503).send(body);
      },
    );
  };
}
