import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { OslerError } from '../../errors.ts';
import type { Credentials } from '../../security/authenticator.ts';
import { type Caller, STRANGER } from '../../security/caller.ts';
import type { Gate } from '../../security/gate.ts';
import { plainName } from '../../security/names.ts';
import { type Permission, rolesWith } from '../../security/permission.ts';
import { credentialsOf } from '../credentials.ts';
import { checkPlace, checkSender } from './guard.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs for this route. One without it is refused to everybody, and a test fails for it. */
    may?: Permission;
    /** It calls `checkDeployment`, so that keys for some deployments only may come here. */
    scoped?: boolean;
  }
  interface FastifyRequest {
    /** Who sends this request: the audit trail's actor. */
    who: Caller;
  }
  interface FastifyInstance {
    /** All routes, each with what it asks of its callers. */
    routePermissions(): RoutePermission[];
    /** Does what fails with UNAUTHENTICATED for wrong credentials, and counts that: who guesses has to wait. */
    guarded<T>(request: FastifyRequest, reply: FastifyReply, check: () => Promise<T>): Promise<T>;
    /** Whether whoever sent this request might send it now: what answers for minutes asks again. */
    mayStill(request: FastifyRequest): Promise<boolean>;
  }
}

export interface RoutePermission {
  method: string;
  url: string;
  may: Permission | undefined;
}

type Limit = (request: FastifyRequest, options?: { increment?: boolean }) => Promise<LimitState>;
type LimitState = { isAllowed: true } | { isAllowed: false; isExceeded: boolean; ttlInSeconds: number };

const MINUTE = 60_000;

/** Finds out who asks, before anything of a body is read, and lets them pass where their roles allow it. */
export async function registerAccess(app: FastifyInstance, gate: Gate): Promise<void> {
  // Set by the hook below before any route can look at it.
  app.decorateRequest('who', null as unknown as Caller);
  const limits = gate.mode === 'asks' ? await limitsOf(app, gate) : null;
  app.decorate('guarded', (request, reply, check) => guarded(request, reply, limits, check));
  app.decorate('mayStill', (request) => mayStill(request, gate));
  const routes: RouteOptions[] = [];
  // Held as they are: hooks of inner scopes may say more of them later.
  app.addHook('onRoute', (route) => void routes.push(route));
  app.decorate('routePermissions', () =>
    routes.flatMap(({ method, url, config }) => [method].flat().map((one) => ({ method: one, url, may: config?.may }))),
  );
  app.addHook('onRequest', (request, reply, done) => {
    const may = request.is404 ? 'public' : request.routeOptions.config.may;
    // What is answered is the caller's; routes that may be kept say so themselves.
    reply.header('cache-control', 'no-store');
    checkPlace(request, gate);
    const credentials = gate.authenticator === null ? null : credentialsOf(request, gate.mode);
    if (credentials === null && limits === null) {
      request.who = unnamed(request, gate);
      checkSender(request, gate);
      allow(request, reply, may);
      return done();
    }
    enter(request, reply, { gate, limits, credentials, may }).then(() => done(), done);
  });
}

/** Who shows nothing; something in front of the server may have said who it is. */
function unnamed({ headers }: FastifyRequest, { unnamed: who, config }: Gate): Caller {
  const header = config.authentication.delegated?.nameHeader ?? null;
  const said = header === null ? undefined : headers[header];
  const name = typeof said === 'string' ? plainName(said) : '';
  return name === '' ? who : { ...who, name };
}

/**
 * Who asks, as far as that costs nothing to find out: null where credentials must be looked up first, STRANGER for whoever may not come
 * here or shows nothing where it is asked for.
 */
export function knownBefore(request: FastifyRequest, gate: Gate): Caller | null {
  const { may } = request.routeOptions.config;
  const credentials = gate.authenticator === null ? null : credentialsOf(request, gate.mode);
  const who = credentials === null ? unnamed(request, gate) : gate.authenticator!.recent(credentials);
  if (who === null) return null;
  request.who = who;
  try {
    checkPlace(request, gate);
    checkSender(request, gate);
  } catch {
    return STRANGER;
  }
  return may !== undefined && who.permissions.includes(may) ? who : STRANGER;
}

interface Entering {
  gate: Gate;
  limits: Limits | null;
  credentials: Credentials | null;
  may: Permission | undefined;
}

async function enter(request: FastifyRequest, reply: FastifyReply, entering: Entering): Promise<void> {
  const { gate, limits, credentials, may } = entering;
  if (limits !== null) await keep(limits.perAddress(request), reply);
  request.who = gate.unnamed;
  if (credentials !== null) {
    request.who = await identify(request, reply, credentials, entering).catch((error: unknown) => {
      // What anyone may see is not refused to somebody whose session is over.
      if (may === 'public') return STRANGER;
      if (error instanceof OslerError && error.code === 'UNAUTHENTICATED') challenge(reply, 'invalid_token');
      throw error;
    });
  }
  checkSender(request, gate);
  if (limits !== null && request.who.how !== 'none') await keep(limits.perCaller(request), reply);
  allow(request, reply, may);
}

/**
 * Who too often came with wrong credentials is not asked for others for a while. Callers that are known at that address go on: guessing
 * must not lock out those who share a network with the guesser.
 */
async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
  { gate: { authenticator }, limits, may }: Entering,
): Promise<Caller> {
  const check = () => authenticator!.authenticate(credentials);
  // An old cookie that a browser sends with everything is no attempt.
  if (credentials.kind === 'session' && may === 'public') return check();
  return authenticator!.recent(credentials) === null ? guarded(request, reply, limits, check) : check();
}

async function guarded<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: Limits | null,
  check: () => Promise<T>,
): Promise<T> {
  if (limits !== null) await keep(limits.failures(request, { increment: false }), reply);
  try {
    return await check();
  } catch (error) {
    if (error instanceof OslerError && error.code === 'UNAUTHENTICATED') {
      request.log.warn({ route: request.routeOptions.url ?? 'none' }, 'credentials refused');
      if (limits !== null) await keep(limits.failures(request), reply);
    }
    throw error;
  }
}

function allow(request: FastifyRequest, reply: FastifyReply, may: Permission | undefined): void {
  const { who } = request;
  if (may === 'public') return;
  if (may !== undefined && who.permissions.includes(may)) {
    if (who.deployments === null || request.routeOptions.config.scoped === true) return;
    throw new OslerError('FORBIDDEN', `The key of ${who.name} is for some deployments alone.`, {
      hint: `It may ask ${who.deployments.join(', ')} by /v1/predict.`,
    });
  }
  if (who.how === 'none') {
    challenge(reply);
    throw new OslerError('UNAUTHENTICATED', 'This needs a key or a signed-in person.', {
      hint: 'Send Authorization: Bearer KEY; keys are made by osler keys create.',
    });
  }
  request.log.warn({ route: request.routeOptions.url ?? 'none', by: who.id, may }, 'not allowed');
  throw new OslerError('FORBIDDEN', `${who.name} may not do this: it needs the permission "${may ?? 'none'}".`, {
    hint: whoMay(who, may),
  });
}

function whoMay({ how, permissions }: Caller, may: Permission | undefined): string {
  if (may === undefined) return 'Nobody may.';
  const roles = `Roles that have it: ${rolesWith(may).join(', ')}`;
  if (how !== 'key') return `${roles}.`;
  // A key can be narrowed to less than its roles allow.
  const own = permissions.filter((one) => one !== 'public').join(', ') || 'nothing';
  return `This key may: ${own}. ${roles}, where a key is not narrowed to less.`;
}

async function mayStill(request: FastifyRequest, gate: Gate): Promise<boolean> {
  const { may } = request.routeOptions.config;
  const credentials = gate.authenticator === null ? null : credentialsOf(request, gate.mode);
  if (credentials === null) return true;
  try {
    const { permissions } = await gate.authenticator!.authenticate(credentials);
    return may !== undefined && permissions.includes(may);
  } catch (error) {
    // That the store is away ends nobody's right.
    return !(error instanceof OslerError && error.code === 'UNAUTHENTICATED');
  }
}

/** Whether this caller's credentials count for that deployment. */
export const isFor = ({ deployments }: Caller, deployment: string): boolean =>
  deployments === null || deployments.includes(deployment);

/** Throws FORBIDDEN where this caller's key is not for that deployment. */
export function checkDeployment({ who }: FastifyRequest, deployment: string): void {
  if (isFor(who, deployment)) return;
  throw new OslerError('FORBIDDEN', `The key of ${who.name} is not for deployment ${deployment}.`, {
    hint: `It is for: ${who.deployments!.join(', ')}.`,
  });
}

function challenge(reply: FastifyReply, error?: string): void {
  reply.header('www-authenticate', `Bearer realm="osler"${error === undefined ? '' : `, error="${error}"`}`);
}

interface Limits {
  perAddress: Limit;
  perCaller: Limit;
  failures: Limit;
}

/** One for each network of IPv6. A connection that its client has left already has none. */
const addressOf = ({ ip }: FastifyRequest): string => normalizeIP((ip as string | undefined) ?? '0.0.0.0');

async function limitsOf(app: FastifyInstance, { config: { limits } }: Gate): Promise<Limits> {
  await app.register(rateLimit, { global: false, cache: 20_000 });
  const of = (what: string, max: number, keyGenerator: (request: FastifyRequest) => string): Limit =>
    app.createRateLimit({ max, timeWindow: MINUTE, keyGenerator: (request) => `${what} ${keyGenerator(request)}` });
  return {
    perAddress: of('address', limits.perAddress, addressOf),
    perCaller: of('caller', limits.perCaller, ({ who }) => who.id),
    failures: of('failures', limits.failures, addressOf),
  };
}

async function keep(asked: Promise<LimitState>, reply: FastifyReply): Promise<void> {
  const state = await asked;
  if (state.isAllowed || !state.isExceeded) return;
  reply.header('retry-after', String(Math.max(1, state.ttlInSeconds)));
  throw new OslerError('RATE_LIMITED', 'There were too many requests in the last minute.', {
    hint: `Wait ${Math.max(1, state.ttlInSeconds)} seconds.`,
  });
}
