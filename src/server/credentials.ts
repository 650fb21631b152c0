import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../security/authenticator.ts';
import type { GateMode } from '../security/gate.ts';
import { isKeyLike } from '../security/key-text.ts';

const PLAIN = 'osler_session';
/** Browsers take a cookie of this name only over TLS, for the whole host, and set by that very host (RFC 6265bis). */
const HOSTED = `__Host-${PLAIN}`;

/** Longer ones are none: nothing is hashed or verified that nobody could have been given. */
const LONGEST = 16_384;

/**
 * What a request has to show: `Authorization: Bearer` (MLFLOW_TRACKING_TOKEN), the password of `Basic` (MLFLOW_TRACKING_PASSWORD, curl -u),
 * or the page's cookie. On an open server only what is meant for Osler counts: clients send what their environment happens to hold.
 */
export function credentialsOf(request: FastifyRequest, mode: GateMode): Credentials | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const text = authorization.length > LONGEST ? '' : secretOf(authorization);
    const meant = isKeyLike(text) || text.split('.').length === 3;
    if (meant && (mode !== 'open' || isKeyLike(text))) return { kind: 'bearer', text };
    // A proxy's own password comes along with the page's cookie.
    const session = mode === 'open' ? null : sessionOf(request);
    if (session !== null) return { kind: 'session', text: session };
    return mode === 'open' ? null : { kind: 'bearer', text };
  }
  const text = mode === 'open' ? null : sessionOf(request);
  return text === null ? null : { kind: 'session', text };
}

function secretOf(authorization: string): string {
  const [, scheme = '', rest = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest;
  if (scheme.toLowerCase() !== 'basic') return '';
  const decoded = Buffer.from(rest, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** What the page's cookie holds; null without one. */
export function sessionOf(request: FastifyRequest): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined || cookie.length > LONGEST) return null;
  const cookies = request.server.parseCookie(cookie);
  // Over TLS the plain name counts for nothing: a neighbouring host could have set it, for its visitor to act as somebody else.
  return cookies[nameFor(request)] ?? null;
}

/** No script can read it, no other site has it sent. */
export function setSession(reply: FastifyReply, { token, expiresAt }: { token: string; expiresAt: number }): void {
  reply.setCookie(nameFor(reply.request), token, { ...optionsFor(reply), expires: new Date(expiresAt) });
}

export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(nameFor(reply.request), optionsFor(reply));
}

const isSecure = ({ protocol }: FastifyRequest): boolean => protocol === 'https';
const nameFor = (request: FastifyRequest): string => (isSecure(request) ? HOSTED : PLAIN);
const optionsFor = ({ request }: FastifyReply) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(request) }) as const;
