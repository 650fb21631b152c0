import { OslerError } from '../errors.ts';
import type { AccessStore } from '../store/access/types.ts';
import { Authenticator } from './authenticator.ts';
import { isLoopback } from './binding.ts';
import { type Caller, STRANGER } from './caller.ts';
import type { ServerConfig } from './config.ts';
import { createTokenVerifier, type TokenVerifier } from './oidc.ts';
import { permissionsOf } from './permission.ts';

/**
 * How a server treats whoever asks:
 * - `open`: on loopback, nothing configured. Requests of this machine are the local person's.
 * - `asks`: nobody gets past what is public without credentials.
 * - `delegated`: something in front has asked already.
 */
export type GateMode = 'open' | 'asks' | 'delegated';

export interface Gate {
  readonly mode: GateMode;
  readonly config: ServerConfig;
  /** Null where there is nothing to check credentials against. */
  readonly authenticator: Authenticator | null;
  readonly tokens: TokenVerifier | null;
  /** Keys and sessions; null where no store is open. */
  readonly access: AccessStore | null;
  /** Whom a request without credentials is from. */
  readonly unnamed: Caller;
  /** Ways to sign in to the page. */
  readonly methods: readonly ('key' | 'oidc')[];
}

export interface GateOptions {
  config: ServerConfig;
  /** The address that will be listened on. */
  host: string;
  /** Of the local person, for `open`. */
  user: string;
  /** Opened only where somebody must be asked, or where the server has it open anyway. */
  access: AccessStore | null;
  clientSecret?: string | undefined;
  onTrouble?: (error: unknown) => void;
}

/** Whether a server at that address asks for credentials, and so needs the store's keys. */
export function mustAsk({ authentication }: ServerConfig, host: string): boolean {
  if (authentication.delegated !== null) return false;
  return authentication.required || authentication.oidc !== null || !isLoopback(host);
}

/**
 * Throws USAGE where others could reach the server and nobody could prove who they are: an address beyond loopback without a usable
 * key, an identity provider or somebody who authenticates in front.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { config, host, user, access, onTrouble } = options;
  const { delegated, oidc } = config.authentication;
  const asks = mustAsk(config, host);
  const tokens = oidc === null ? null : createTokenVerifier(oidc);
  if (asks && tokens === null && !(await access?.hasUsableKey(Date.now()))) throw nobodyCouldEnter(host);
  const authenticator =
    access === null || delegated !== null
      ? null
      : new Authenticator({ access, tokens: tokens ?? undefined, ...(onTrouble && { onTrouble }) });
  const mode: GateMode = delegated !== null ? 'delegated' : asks ? 'asks' : 'open';
  return {
    mode,
    config,
    authenticator,
    tokens,
    access,
    unnamed: mode === 'asks' ? STRANGER : unnamed(config, user),
    methods: mode !== 'asks' ? [] : tokens !== null && oidc?.clientId != null ? ['oidc', 'key'] : ['key'],
  };
}

/** As `openGate` makes one for a server that nothing is configured for, on loopback. */
export function openOnLoopback(config: ServerConfig, user: string): Gate {
  const none = { authenticator: null, tokens: null, access: null, methods: [] };
  return { mode: 'open', config, unnamed: unnamed(config, user), ...none };
}

function unnamed({ authentication: { delegated } }: ServerConfig, user: string): Caller {
  if (delegated === null)
    return { name: user, permissions: permissionsOf(['admin']), how: 'local', id: 'local', deployments: null };
  const { to, roles } = delegated;
  return { name: to, permissions: permissionsOf(roles), how: 'delegated', id: 'delegated', deployments: null };
}

function nobodyCouldEnter(host: string): OslerError {
  const [what, hint] = isLoopback(host)
    ? ['The server is to ask everybody for a key, and there is none.', 'Make one: osler keys create NAME --role admin']
    : [
        `Listening on ${host} lets others in, and nobody could prove who they are.`,
        'Make a key first: osler keys create NAME --role clinician. Or configure an identity provider in server.yaml (docs/security.md), or listen on 127.0.0.1.',
      ];
  return new OslerError('USAGE', what, { hint });
}
