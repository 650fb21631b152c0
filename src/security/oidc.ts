import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { isLoopback } from './binding.ts';
import type { OidcConfig } from './config.ts';
import { plainName } from './names.ts';
import { isRole, type Role } from './permission.ts';

/** Signatures by key pairs alone: a shared secret is none between a provider and everybody who trusts it. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const PATIENCE_MS = 5_000;
/** Between two questions for keys: an unknown key id can't make this server flood its provider. */
const COOLDOWN_MS = 30_000;
const KEYS_AGE_MS = 3_600_000;
/** Known keys count on so long while the provider is away. */
const KEYS_STALE_MS = 24 * 3_600_000;

/** What is needed of a provider's discovery document (OpenID Connect Discovery 1.0). */
const Discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  authorization_endpoint: z.url().optional(),
  token_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
export type Discovery = z.infer<typeof Discovery>;

/** Somebody whom a provider vouches for. */
export interface Identity {
  name: string;
  subject: string;
  roles: Role[];
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface TokenVerifier {
  readonly config: OidcConfig;
  discover(): Promise<Discovery>;
  /** Of a bearer token. Throws UNAUTHENTICATED with what is wrong with it; OVERLOADED while the provider can't be asked. */
  verify(token: string): Promise<Identity>;
  /** Of an ID token that the page's client was given, with the nonce it asked with. Throws as `verify`. */
  verifyId(token: string, nonce: string): Promise<Identity>;
}

/** Checks JSON Web Tokens (RFC 7519, RFC 8725) of one OpenID Connect provider. Nothing is asked of it before the first token. */
export function createTokenVerifier(config: OidcConfig): TokenVerifier {
  let found: Promise<Discovery> | undefined;
  let failedAt = 0;
  const discover = (): Promise<Discovery> => {
    if (found !== undefined) return found;
    if (Date.now() - failedAt < 1_000) return Promise.reject(away(config.issuer));
    found = readDiscovery(config.issuer).catch((error: unknown) => {
      found = undefined;
      failedAt = Date.now();
      throw error;
    });
    return found;
  };
  let remote: ReturnType<typeof createRemoteJWKSet> | undefined;
  let loadedAt = 0;
  const keyOf = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    remote ??= createRemoteJWKSet(new URL((await discover()).jwks_uri), {
      timeoutDuration: PATIENCE_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_AGE_MS,
    });
    try {
      const key = await remote(header, token);
      if (remote.fresh) loadedAt = Date.now();
      return key;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      const kept = remote.jwks();
      if (kept === undefined || Date.now() - loadedAt > KEYS_STALE_MS) throw away(config.issuer, error);
      return createLocalJWKSet(kept)(header, token);
    }
  };
  const check = async (token: string, audience: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        issuer: config.issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof OslerError) throw error;
      throw new OslerError('UNAUTHENTICATED', `The token is not valid: ${whatIsWrong(error)}.`, {
        hint: 'Get a new one from the identity provider.',
        cause: error,
      });
    }
  };
  return {
    config,
    discover,
    verify: async (token) => identityOf(await check(token, config.audience), config),
    async verifyId(token, nonce) {
      const payload = await check(token, config.clientId ?? config.audience);
      if (payload.nonce !== nonce)
        throw new OslerError('UNAUTHENTICATED', 'The sign-in was not begun in this browser.');
      return identityOf(payload, config);
    },
  };
}

async function readDiscovery(issuer: string): Promise<Discovery> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let text: unknown;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    text = await answer.json();
  } catch (error) {
    throw away(issuer, error);
  }
  const parsed = Discovery.safeParse(text);
  if (!parsed.success || parsed.data.issuer !== issuer) {
    throw new OslerError('CONFIG_INVALID', `${url} is not the discovery document of ${issuer}.`, {
      hint: 'authentication.oidc.issuer must be written exactly as the provider writes it, a slash at the end included.',
    });
  }
  for (const address of [parsed.data.jwks_uri, parsed.data.token_endpoint, parsed.data.authorization_endpoint]) {
    if (address === undefined) continue;
    const { protocol, hostname } = new URL(address);
    if (protocol === 'https:' || isLoopback(hostname)) continue;
    throw new OslerError('CONFIG_INVALID', `${issuer} names ${address}, which is not https.`);
  }
  return parsed.data;
}

function away(issuer: string, cause?: unknown): OslerError {
  return new OslerError('OVERLOADED', `The identity provider ${issuer} can't be asked at the moment.`, {
    hint: 'Keys of this server work as before; tokens once the provider is back.',
    cause,
  });
}

/** In words that hold nothing of the token. */
function whatIsWrong(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim "${error.claim}" is not what it must be`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the provider knows no such key';
  return 'it is no token of this provider';
}

function identityOf(payload: JWTPayload, config: OidcConfig): Identity {
  return {
    name: nameOf(payload, config.nameClaim),
    subject: payload.sub!,
    roles: rolesOf(claim(payload, config.rolesClaim), config.roles),
    expiresAt: payload.exp! * 1_000,
  };
}

function nameOf(payload: JWTPayload, asked: string | null): string {
  // Where a provider does not say that it looked, anybody may have written there what they liked: somebody else's address.
  const email = payload.email_verified === true ? payload.email : undefined;
  const candidates = asked === null ? [email, payload.preferred_username, payload.sub] : [claim(payload, asked)];
  for (const candidate of candidates) {
    if (typeof candidate !== 'string') continue;
    const name = plainName(candidate);
    if (name !== '') return name;
  }
  throw new OslerError('UNAUTHENTICATED', `The token does not say who it is for: its claim "${asked}" is missing.`);
}

/** A claim by its whole name (which may hold dots), else by a path. */
function claim(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let here: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function rolesOf(value: unknown, map: Record<string, Role>): Role[] {
  const names = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
  const direct = Object.keys(map).length === 0;
  const roles = names.flatMap((name) =>
    direct ? (isRole(name) ? [name] : []) : Object.hasOwn(map, name) ? [map[name]!] : [],
  );
  return [...new Set(roles)];
}
