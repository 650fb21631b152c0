import type { FastifyRequest } from 'fastify';
import { plainName } from '../security/names.ts';
import type { Actor } from '../store/registry/types.ts';

const WORDS = {
  local: 'not authenticated',
  none: 'not authenticated',
  key: 'by key',
  token: 'by token',
  session: 'signed in',
  delegated: 'known to what stands in front of the server',
} as const;

/**
 * Who acts, for the audit trail: the person and the way. Where nobody is asked who they are, a name that the client gives (`said`) is
 * told as one, and the trail says so; where people are, it is not listened to.
 */
export function actorOf(request: FastifyRequest, way = 'HTTP API', said?: string): Actor {
  const { who } = request;
  const open = who.how === 'local';
  const name = open ? plainName(said ?? '') || who.name : who.name;
  return {
    who: name,
    via: `${way} at ${request.ip}, ${WORDS[who.how]}${who.how === 'key' ? ` ${who.id.slice(4)}` : ''}`,
  };
}
