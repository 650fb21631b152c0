import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as oauth from 'openid-client';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { isLoopback } from '../../../security/binding.ts';
import type { Identity, TokenVerifier } from '../../../security/oidc.ts';
import { beginIdentitySession } from '../../../security/sessions.ts';
import type { AccessStore } from '../../../store/access/types.ts';
import { setSession } from '../../credentials.ts';
import { ProviderQuery } from './contract.ts';

const BEGIN = '/v1/session/oidc';
const BACK = `${BEGIN}/callback`;
const COOKIE = 'osler_sign_in';
/** Over TLS: no neighbouring host can set it, to have a visitor come in as somebody else. */
const HOSTED = `__Host-${COOKIE}`;
const TEN_MINUTES = 600;

/** What the browser keeps between leaving for the provider and coming back. */
const Begun = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: ProviderQuery.shape.to });

export interface ProviderOptions {
  tokens: TokenVerifier;
  access: AccessStore;
  hours: number;
  clientSecret?: string | undefined;
}

/**
 * Signing in to the page at the identity provider: authorization code flow with PKCE (RFC 7636), state and nonce. The provider's tokens
 * are looked at once and forgotten; the browser gets the same kind of cookie as with a key.
 */
export function providerRoutes({ tokens, access, hours, clientSecret }: ProviderOptions): FastifyPluginAsyncZod {
  const { clientId, issuer, scopes } = tokens.config;
  let found: Promise<oauth.Configuration> | undefined;
  const provider = (): Promise<oauth.Configuration> => {
    found ??= configure(tokens, clientId!, clientSecret).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return async (app) => {
    app.get(
      BEGIN,
      {
        config: { may: 'public' },
        schema: { tags: ['session'], summary: 'Go to the identity provider to sign in', querystring: ProviderQuery },
      },
      async (request, reply) => {
        const configuration = await provider();
        const verifier = oauth.randomPKCECodeVerifier();
        const begun = { state: oauth.randomState(), nonce: oauth.randomNonce(), verifier, to: request.query.to };
        const url = oauth.buildAuthorizationUrl(configuration, {
          redirect_uri: addressOf(request, BACK),
          scope: scopes.join(' '),
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state: begun.state,
          nonce: begun.nonce,
        });
        const text = Buffer.from(JSON.stringify(begun)).toString('base64url');
        // Lax: the browser comes back by a link of the provider's.
        reply.setCookie(nameFor(request), text, { ...cookie(request), sameSite: 'lax', maxAge: TEN_MINUTES });
        return reply.redirect(url.href, 302);
      },
    );
    app.get(
      BACK,
      { config: { may: 'public' }, schema: { hide: true } },
      async (request, reply: FastifyReply): Promise<FastifyReply> => {
        reply.clearCookie(nameFor(request), cookie(request));
        const begun = begunOf(request);
        // No page is shown here that could be left with a code in its address.
        if (begun === null) return reply.redirect('/?sign-in=stale', 302);
        const redeem = async (): Promise<Identity> => {
          const answer = new URL(request.url, addressOf(request, '/'));
          const grant = await oauth.authorizationCodeGrant(await provider(), answer, {
            pkceCodeVerifier: begun.verifier,
            expectedState: begun.state,
            expectedNonce: begun.nonce,
            idTokenExpected: true,
          });
          return tokens.verifyId(grant.id_token!, begun.nonce);
        };
        let identity: Identity;
        try {
          // Codes that are made up count as wrong credentials: nobody has this server ask the provider without end.
          identity = await app.guarded(request, reply, () => redeem().catch(asRefusal));
        } catch (error) {
          if (error instanceof OslerError && error.code === 'RATE_LIMITED') throw error;
          const away = error instanceof OslerError && error.code === 'OVERLOADED';
          request.log.warn({ issuer, err: reasonOf((error as Error).cause ?? error) }, 'sign-in refused');
          return reply.redirect(away ? '/?sign-in=unavailable' : '/?sign-in=refused', 302);
        }
        if (identity.roles.length === 0) return reply.redirect('/?sign-in=no-role', 302);
        setSession(reply, await beginIdentitySession(access, identity, hours));
        return reply.redirect(begun.to, 302);
      },
    );
  };
}

async function configure(
  tokens: TokenVerifier,
  clientId: string,
  secret: string | undefined,
): Promise<oauth.Configuration> {
  const { issuer } = tokens.config;
  await tokens.discover();
  const options = isLoopback(new URL(issuer).hostname) ? { execute: [oauth.allowInsecureRequests] } : {};
  return oauth.discovery(new URL(issuer), clientId, secret, secret === undefined ? oauth.None() : undefined, options);
}

function begunOf(request: FastifyRequest): z.infer<typeof Begun> | null {
  const text = request.server.parseCookie(request.headers.cookie ?? '')[nameFor(request)];
  if (text === undefined) return null;
  try {
    return Begun.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

const isSecure = ({ protocol }: FastifyRequest): boolean => protocol === 'https';
const nameFor = (request: FastifyRequest): string => (isSecure(request) ? HOSTED : COOKIE);
const cookie = (request: FastifyRequest) =>
  ({ path: isSecure(request) ? '/' : BEGIN, httpOnly: true, sameSite: 'lax', secure: isSecure(request) }) as const;

/** As the browser sees this server; the provider sends it back to registered addresses only. */
const addressOf = ({ protocol, host }: FastifyRequest, path: string): string => `${protocol}://${host}${path}`;

/** OVERLOADED where the provider is away; whatever else went wrong as UNAUTHENTICATED. */
function asRefusal(error: unknown): never {
  if (error instanceof OslerError && (error.code === 'OVERLOADED' || error.code === 'UNAUTHENTICATED')) throw error;
  throw new OslerError('UNAUTHENTICATED', 'The identity provider did not vouch for this sign-in.', { cause: error });
}

/** The kind of failure; messages of the provider may hold what should not be in a log. */
function reasonOf(error: unknown): { type: string; code?: string } {
  const { name, code } = error as { name?: string; code?: unknown };
  return { type: name ?? 'Error', ...(typeof code === 'string' ? { code } : {}) };
}
