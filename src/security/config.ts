import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { OslerError } from '../errors.ts';
import { serverFile } from '../store/paths.ts';
import { ROLES } from './permission.ts';

/** Where a secret is, as it stands in no configuration: in a file, or in a variable of the environment. */
const SecretFile = z.string().min(1).describe('A file that holds nothing but the secret.');
const Origin = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.parse(text)?.origin === text, { error: 'an origin is a scheme, a host and a port, no path' });
const Network = z
  .string()
  .refine(isNetwork, { error: 'an address or a network was expected: 10.0.0.5, 10.0.0.0/8, fd00::/8' });
const PerMinute = z.int().min(1).max(10_000_000);

const Oidc = z.strictObject({
  /** As the provider writes itself; its discovery document is looked for below. */
  issuer: z.url({ protocol: /^https?$/ }),
  /** What tokens for this server are made out to. */
  audience: z.string().min(1),
  /** Of the page, registered at the provider; null: people sign in to the page with keys only. */
  clientId: z.string().min(1).nullable().default(null),
  /** For a provider that wants one; or OSLER_OIDC_CLIENT_SECRET. */
  clientSecretFile: SecretFile.nullable().default(null),
  scopes: z.array(z.string().min(1)).default(['openid', 'profile', 'email']),
  /** Of the person's name, as the audit trail will have it. Null: `email` where it is verified, else `preferred_username`, else `sub`. */
  nameClaim: z.string().min(1).nullable().default(null),
  /** A name or a path with dots (`realm_access.roles`): a text or a list of texts. */
  rolesClaim: z.string().min(1).default('roles'),
  /** From the provider's names to Osler's roles; empty: a name that is a role's is that role. */
  roles: z.record(z.string(), z.enum(ROLES)).default({}),
});
export type OidcConfig = z.infer<typeof Oidc>;

/** `server.yaml` of the home: who may use `osler serve` and `osler server`, and what they hold against the world. */
export const ServerConfig = z.strictObject({
  authentication: z
    .strictObject({
      /** On loopback too. Elsewhere it always is. */
      required: z.boolean().default(false),
      /**
       * Something in front has authenticated everybody who comes through (SageMaker by IAM, Cloud Run by its invokers, a proxy):
       * `to` says what, `roles` what they may do. Whoever reaches the port itself is one of them.
       */
      delegated: z
        .strictObject({
          to: z.string().min(3),
          roles: z.array(z.enum(ROLES)).min(1).default(['clinician']),
          /** In which it says who it was: `x-forwarded-email`. Null: all are one, by the name of `to`. */
          nameHeader: z
            .string()
            .regex(/^[a-z0-9-]+$/)
            .nullable()
            .default(null),
        })
        .nullable()
        .default(null),
      oidc: Oidc.nullable().default(null),
      /** How long somebody stays signed in to the page. */
      sessionHours: z
        .number()
        .positive()
        .max(24 * 30)
        .default(12),
    })
    .prefault({}),
  /** Names that the server is reached by, beside loopback's. Empty: any, where callers are authenticated. */
  hosts: z.array(z.string().min(1)).default([]),
  /** Pages elsewhere that may call this server from a browser. */
  origins: z.array(Origin).default([]),
  /** Addresses (or networks, `10.0.0.0/8`) of proxies that are believed when they say who asks. */
  proxies: z.array(Network).default([]),
  tls: z
    .strictObject({ certificate: z.string().min(1), key: z.string().min(1) })
    .nullable()
    .default(null),
  limits: z
    .strictObject({
      /** Requests of one caller (a key, a token's subject) in a minute. */
      perCaller: PerMinute.default(6_000),
      /** Requests from one address (of IPv6: one /64) in a minute. */
      perAddress: PerMinute.default(12_000),
      /** Wrong credentials from one address in a minute, before it has to wait. */
      failures: PerMinute.default(20),
      /** Connections at once. */
      connections: z.int().min(1).max(1_000_000).default(2_048),
      /** For a request's head to arrive. */
      headSeconds: z.number().min(1).max(300).default(10),
      /** For a request's body to arrive; an artifact may take its time as long as it moves. */
      bodySeconds: z.number().min(1).max(3_600).default(60),
    })
    .prefault({}),
  /** Images that were predicted; null: none is ever written anywhere. */
  uploads: z
    .strictObject({
      /** Days after which they are removed. */
      days: z.number().positive().max(36_500),
      /** Keys, each 32 bytes in base64, newest first: the first one encrypts. Or OSLER_UPLOAD_KEY. */
      keyFiles: z.array(SecretFile).default([]),
    })
    .nullable()
    .default(null),
});
export type ServerConfig = z.infer<typeof ServerConfig>;

/**
 * Reads `server.yaml` of the home, or `file`; over it `OSLER_SERVER_LIMITS__PER_CALLER=100`.
 * Throws CONFIG_INVALID naming file, line and key; NOT_FOUND for a file that was named and is not there.
 */
export function loadServerConfig(
  home: string,
  { file, overrides = {} }: { file?: string | undefined; overrides?: Record<string, string> } = {},
): ServerConfig {
  const own = serverFile(home);
  if (file !== undefined && !existsSync(file)) throw new OslerError('NOT_FOUND', `There is no file ${file}.`);
  const recipe = file ?? (existsSync(own) ? own : undefined);
  try {
    const { value } = loadConfig(ServerConfig, { ...(recipe === undefined ? {} : { recipe }), env: overrides });
    checkTogether(value);
    return value;
  } catch (error) {
    if (!(error instanceof OslerError) || error.code !== 'CONFIG_INVALID') throw error;
    throw new OslerError('CONFIG_INVALID', error.message, { hint: 'docs/security.md has an example of all keys.' });
  }
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function checkTogether({ authentication: { delegated, oidc, required } }: ServerConfig): void {
  const wrong = (message: string, what: string) => new OslerError('CONFIG_INVALID', `${message} ${what}`);
  if (delegated !== null && (oidc !== null || required)) {
    throw wrong(
      'authentication.delegated leaves it to something else; then this server asks nobody.',
      'Take authentication.required and authentication.oidc out, or authentication.delegated.',
    );
  }
  if (oidc !== null && !oidc.scopes.includes('openid')) {
    throw wrong('authentication.oidc.scopes lacks "openid".', 'Without it a provider says nothing of the person.');
  }
}
