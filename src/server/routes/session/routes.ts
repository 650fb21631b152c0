import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import type { Gate } from '../../../security/gate.ts';
import { permissionsOfKey } from '../../../security/keys.ts';
import { beginKeySession, endSession } from '../../../security/sessions.ts';
import { ErrorBody } from '../../contract.ts';
import { clearSession, sessionOf, setSession } from '../../credentials.ts';
import { SignedIn, SignIn } from './contract.ts';

const tags = ['session'];

/** Signing in to the page with a key, and out: the key is exchanged for a cookie that no script can read. */
export function sessionRoutes(gate: Gate): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/session',
      {
        config: { may: 'public' },
        schema: {
          tags,
          summary: 'Sign in with a key',
          description: 'Sets a cookie for the page. Programs send the key itself: `Authorization: Bearer KEY`.',
          body: SignIn,
          response: { 201: SignedIn, 400: ErrorBody, 401: ErrorBody, 429: ErrorBody },
        },
      },
      async (request, reply) => {
        const { authenticator, access } = gate;
        if (gate.mode !== 'asks' || authenticator === null || access === null) {
          throw new OslerError('USAGE', 'Nobody needs to sign in to this server.');
        }
        const key = await app.guarded(request, reply, () => authenticator.keyOf(request.body.key));
        const session = await beginKeySession(access, key, gate.config.authentication.sessionHours);
        setSession(reply, session);
        request.log.info({ by: `key ${key.id}` }, 'signed in');
        reply.code(201);
        const expiresAt = new Date(session.expiresAt).toISOString();
        return { name: key.name, permissions: permissionsOfKey(key), expiresAt };
      },
    );
    app.delete(
      '/v1/session',
      {
        config: { may: 'public' },
        schema: { tags, summary: 'Sign out', response: { 204: z.null(), 403: ErrorBody } },
      },
      async (request, reply) => {
        const text = sessionOf(request);
        if (text !== null && gate.access !== null) {
          await endSession(gate.access, text);
          gate.authenticator?.forget({ kind: 'session', text });
        }
        clearSession(reply);
        return reply.code(204).send(null);
      },
    );
  };
}
