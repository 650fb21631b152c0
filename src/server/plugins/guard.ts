import type { FastifyRequest } from 'fastify';
import { OslerError } from '../../errors.ts';
import { isLoopback, withoutPort } from '../../security/binding.ts';
import type { Gate } from '../../security/gate.ts';

/** What a proxy says of whom it speaks for. */
const FORWARDED = [
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'cf-connecting-ip',
  'true-client-ip',
];
/** What says nothing of the store. */
const PROBES = /^\/health(\/live|\/ready)?(\?|$)/;

/**
 * Where the request came to and from. An open server is this machine's alone: a name that a page elsewhere made point here (DNS
 * rebinding), another machine, or a proxy that lets others in are refused. Throws FORBIDDEN.
 */
export function checkPlace(request: FastifyRequest, gate: Gate): void {
  const { hosts } = gate.config;
  const open = gate.mode === 'open';
  if (!open && hosts.length === 0) return;
  const host = request.headers.host;
  // Without one it is no browser; a probe asks by an address that nobody knows beforehand.
  if (host !== undefined && !PROBES.test(request.url) && !isKnown(host, hosts)) {
    throw new OslerError('FORBIDDEN', 'This server does not go by that name.', {
      hint: 'Call it by 127.0.0.1 or localhost, or add the name to `hosts` in server.yaml.',
    });
  }
  if (!open) return;
  const peer = request.socket.remoteAddress;
  if (peer !== undefined && !isLoopback(peer)) throw noOneAsked('from another machine');
  if (FORWARDED.some((name) => request.headers[name] !== undefined)) throw noOneAsked('through a proxy');
}

/**
 * Whether a page elsewhere sends this in its visitor's name. Where it takes no credentials, or a browser adds them by itself, a request
 * must come from this server's own page, from one of `origins`, or from no page at all. Throws FORBIDDEN.
 */
export function checkSender(request: FastifyRequest, { config: { origins, hosts } }: Gate): void {
  const { how } = request.who;
  const { headers, method } = request;
  if (how === 'none') return;
  // A program says its key itself; what a browser was told once (https://any:KEY@host) it adds to every request, whoever's page asks for it.
  if ((how === 'key' || how === 'token') && !/^basic /i.test(headers.authorization ?? '')) return;
  const { origin } = headers;
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && origins.includes(origin)) return;
  if (typeof site === 'string') {
    if (site === 'same-origin' || site === 'none') return;
    // A link on another page may lead here; what it opens is this server's own page.
    if (reads && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return;
    throw elsewhere();
  }
  if (origin !== undefined) {
    const url = URL.parse(origin);
    if (url !== null && (url.host === headers.host || hosts.includes(url.hostname))) return;
    throw elsewhere();
  }
  // Every browser that sends a cookie with a change also says where it comes from.
  if (how === 'session' && !reads) throw elsewhere();
}

function isKnown(host: string, hosts: readonly string[]): boolean {
  const name = withoutPort(host);
  return isLoopback(name) || hosts.includes(name);
}

function noOneAsked(how: string): OslerError {
  return new OslerError('FORBIDDEN', `The request came ${how}, and this server asks nobody who they are.`, {
    hint: 'Make keys (osler keys create) and set authentication.required in server.yaml, or say there who authenticates: docs/security.md.',
  });
}

function elsewhere(): OslerError {
  return new OslerError('FORBIDDEN', 'The request came from a page of another site.', {
    hint: 'Pages elsewhere that may call this server stand in `origins` of server.yaml.',
  });
}
