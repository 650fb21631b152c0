import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import { OslerError } from '../errors.ts';

/** The only reader of process.env. What the rest of Osler may know of the environment, typed. */
export interface Environment {
  /** Folder of all state: OSLER_HOME, default `.osler` in the working folder. */
  home: string;
  /** Osler's own version, from package.json. */
  version: string;
  /** Folder with real data for tests and benchmarks; they say that they were skipped where it is not set. */
  data: string | undefined;
  /** Folder of an unpacked LibTorch, instead of Debian's. */
  libtorch: string | undefined;
  /** Of a PostgreSQL database that holds the store: OSLER_DATABASE_URL. Undefined: SQLite in OSLER_HOME. */
  databaseUrl: string | undefined;
  /** Address of the object store that artifacts go to: OSLER_ARTIFACTS. Undefined: the disk of OSLER_HOME. */
  artifacts: string | undefined;
  /** Who acts: OSLER_USER, where an account works for several people, else the account. */
  user: string;
  /** The operating system's account. */
  account: string;
  /** Where traces go by OTLP over HTTP, and the share of them, under OpenTelemetry's own names. Without an endpoint: nowhere. */
  traces: { endpoint: string | undefined; ratio: number };
  /** Folders of the PATH. */
  path: string[];
  /** Values for recipe keys: OSLER_SET_TRAINING__EPOCHS=3 sets training.epochs. */
  overrides: Record<string, string>;
}

export function processEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const overrides: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('OSLER_SET_') && value !== undefined) overrides[name] = value;
  }
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    home: env.OSLER_HOME || '.osler',
    version,
    data: env.OSLER_DATA || undefined,
    libtorch: env.LIBTORCH || undefined,
    databaseUrl: env.OSLER_DATABASE_URL || undefined,
    artifacts: env.OSLER_ARTIFACTS || undefined,
    user: env.OSLER_USER?.trim() || account(),
    account: account(),
    traces: {
      endpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
      ratio: ratio(env.OTEL_TRACES_SAMPLER_ARG),
    },
    path: (env.PATH ?? '').split(delimiter),
    overrides,
  };
}

/** A share from 0 to 1; 1 for anything else. */
function ratio(text = ''): number {
  const value = Number(text);
  return text.trim() !== '' && value >= 0 && value <= 1 ? value : 1;
}

/** A container may run under a number that no name belongs to. */
function account(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** The port that a platform asks a container to listen on (Cloud Run, Heroku): PORT. Throws USAGE for one that is none. */
export function platformPort(env: NodeJS.ProcessEnv = process.env): number | undefined {
  if (env.PORT === undefined || env.PORT.trim() === '') return undefined;
  const port = Number(env.PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new OslerError('USAGE', `PORT is "${env.PORT.slice(0, 40)}", which is no port.`, {
    hint: 'A whole number from 0 to 65535, or nothing; --port goes before it.',
  });
}

/** What the servers read beside `server.yaml`. */
export interface ServerEnvironment {
  /** Values for its keys: OSLER_SERVER_LIMITS__CONNECTIONS=100 sets limits.connections. */
  overrides: Record<string, string>;
  /** OSLER_OIDC_CLIENT_SECRET. */
  clientSecret: string | undefined;
  /** OSLER_UPLOAD_KEY: 32 bytes, base64. */
  uploadKey: string | undefined;
}

export function serverEnvironment(env: NodeJS.ProcessEnv = process.env): ServerEnvironment {
  const given = Object.entries(env).filter(([name, value]) => name.startsWith('OSLER_SERVER_') && value !== undefined);
  return {
    overrides: Object.fromEntries(given) as Record<string, string>,
    clientSecret: env.OSLER_OIDC_CLIENT_SECRET || undefined,
    uploadKey: env.OSLER_UPLOAD_KEY || undefined,
  };
}

/** Addresses and credentials of other people's trackers, under the names that their own clients read. */
export interface TrackingEnvironment {
  mlflow: {
    uri?: string | undefined;
    token?: string | undefined;
    name?: string | undefined;
    password?: string | undefined;
  };
  wandb: { url: string; key?: string | undefined };
}

export function trackingEnvironment(env: NodeJS.ProcessEnv = process.env): TrackingEnvironment {
  return {
    mlflow: {
      uri: env.MLFLOW_TRACKING_URI || undefined,
      token: env.MLFLOW_TRACKING_TOKEN || undefined,
      name: env.MLFLOW_TRACKING_USERNAME || undefined,
      password: env.MLFLOW_TRACKING_PASSWORD || undefined,
    },
    wandb: { url: env.WANDB_BASE_URL || 'https://api.wandb.ai', key: env.WANDB_API_KEY || undefined },
  };
}

/**
 * Tells libraries that would send usage data over the network not to. ONNX Runtime's packages report each session to their maker
 * unless this stands in the environment before it is loaded. Has an effect on the main thread only: a worker's environment is a copy.
 */
export function refuseTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
}

/** The environment for a child process: this one's without the servers' secrets, with additions. */
export function childEnvironment(additions: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { OSLER_OIDC_CLIENT_SECRET: _, OSLER_UPLOAD_KEY: __, ...rest } = process.env;
  return { ...rest, ...additions };
}
