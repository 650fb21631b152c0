import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { processEnvironment, serverEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { credentialsCheck } from '../pipeline/operation/credentials-check.ts';
import type { Check } from '../pipeline/operation/health.ts';
import { isLoopback } from '../security/binding.ts';
import { loadServerConfig, type ServerConfig } from '../security/config.ts';
import { type Gate, mustAsk, openGate } from '../security/gate.ts';
import { type UploadKeeper, uploadKeeper } from '../security/keep/keeper.ts';
import { keysFromText } from '../security/keep/provider.ts';
import { readCertificate } from '../server/plugins/tls.ts';
import type { SecurityOptions } from '../server/security.ts';
import { isOpenToAll, openHomeWords } from '../store/home-folder.ts';
import { uploadsDir } from '../store/paths.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Context } from './context.ts';
import type { SecurityFlags } from './server-options.ts';

export interface Secured {
  /** For the app that is built. */
  security: SecurityOptions;
  gate: Gate;
  /** Where images are kept: takes one, and never rejects. */
  keep: UploadKeeper['keep'] | undefined;
  /** For people, after the address. */
  words: string;
  /** Of what ends some day. */
  checks: Check[];
  /** What they should know, or nothing. */
  warnings: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Reads `server.yaml` and prepares all that guards a server, before anything listens. A store is opened for its keys only where somebody
 * must be asked and none is open. Throws CONFIG_INVALID, and USAGE where others could reach the server and nobody could prove who they are.
 */
export async function openSecurity(
  { home, databaseUrl }: Pick<Context, 'home' | 'databaseUrl'>,
  options: SecurityFlags & { store?: Store; logger: Logger },
): Promise<Secured> {
  const { host, logger } = options;
  const environment = serverEnvironment();
  const asked = options.authenticate ? { OSLER_SERVER_AUTHENTICATION__REQUIRED: 'true' } : {};
  const config = loadServerConfig(home, { file: options.config, overrides: { ...environment.overrides, ...asked } });
  const own = options.store === undefined && mustAsk(config, host) ? await openStore(home, databaseUrl) : undefined;
  try {
    const { oidc } = config.authentication;
    const gate = await openGate({
      config,
      host,
      user: processEnvironment().user,
      access: (options.store ?? own)?.access ?? null,
      onTrouble: (err) => logger.error({ err }, 'credentials can not be checked; known ones go on'),
    });
    const certificate = config.tls === null ? null : { current: await readCertificate(config.tls) };
    const clientSecret =
      oidc?.clientSecretFile == null ? environment.clientSecret : await readSecret(oidc.clientSecretFile);
    const keeper =
      config.uploads === null
        ? null
        : uploadKeeper(uploadsDir(home), {
            days: config.uploads.days,
            keys: keysFromText([
              ...(await Promise.all(config.uploads.keyFiles.map(readSecret))),
              ...(environment.uploadKey === undefined ? [] : [environment.uploadKey]),
            ]),
            onFault: (err) => logger.error({ err }, 'an image could not be kept'),
          });
    return {
      security: { gate, certificate, clientSecret },
      gate,
      keep: keeper?.keep,
      words: wordsOf(gate),
      warnings: [
        ...warningsOf(gate, host),
        ...(await readByOthers(config)),
        ...(isOpenToAll(home) ? [openHomeWords(home)] : []),
      ],
      checks: [
        credentialsCheck({
          access: gate.mode === 'asks' ? gate.access : null,
          certificateEnd: () => certificate?.current.expiresAt ?? null,
        }),
      ],
      async [Symbol.asyncDispose]() {
        keeper?.close();
        await own?.close();
      },
    };
  } catch (error) {
    await own?.close();
    throw error;
  }
}

function wordsOf({ mode, methods, config }: Gate): string {
  if (mode === 'open') return 'open to this machine alone';
  if (mode === 'delegated') return `authentication is left to: ${config.authentication.delegated!.to}`;
  return methods.includes('oidc') || config.authentication.oidc !== null
    ? `asks for a key or a token of ${config.authentication.oidc!.issuer}`
    : 'asks for a key';
}

function warningsOf({ mode, config }: Gate, host: string): string[] {
  if (isLoopback(host)) return [];
  if (mode === 'delegated')
    return ['Whoever reaches this port is taken for somebody who was authenticated in front of it.'];
  if (config.tls !== null || config.proxies.length > 0) return [];
  return [
    'Without TLS, keys and images can be read on their way: set tls in server.yaml, or a proxy in front (proxies).',
  ];
}

/** Secrets that every account of this machine can read. What mounts them may have its reasons, so that they count all the same. */
async function readByOthers({ tls, uploads, authentication: { oidc } }: ServerConfig): Promise<string[]> {
  const files = [tls?.key, oidc?.clientSecretFile, ...(uploads?.keyFiles ?? [])].filter((file) => file != null);
  const modes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => null))?.mode ?? 0));
  return files
    .filter((_, i) => (modes[i]! & 0o004) !== 0)
    .map((file) => `${file} is a secret that all accounts of this machine can read: chmod 600 ${file}`);
}

/** Throws CONFIG_INVALID naming the file. */
export async function readSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new OslerError('CONFIG_INVALID', `${file} can not be read: ${(cause as Error).message}`, { cause });
  }
}
