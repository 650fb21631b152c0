import type { Caller } from '../../security/caller.ts';
import type { Permission } from '../../security/permission.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs for this route. One without it is refused to everybody, and a test fails for it. */
    may?: Permission;
  }
  interface FastifyRequest {
    /** Who sends this request: the audit trail's actor. */
    who: Caller;
  }
}
