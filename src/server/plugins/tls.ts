import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../errors.ts';
import type { ServerConfig } from '../../security/config.ts';

type TlsFiles = NonNullable<ServerConfig['tls']>;

export interface Certificate {
  cert: string;
  key: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  digest: string;
}

const LOOK_MS = 10_000;

/** Reads a certificate (chain) and its key, PEM. Throws CONFIG_INVALID where one can't be read or they don't belong together. */
export async function readCertificate({ certificate, key }: TlsFiles): Promise<Certificate> {
  const [cert, secret] = await Promise.all([readPem(certificate), readPem(key)]);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(cert);
  } catch (cause) {
    throw new OslerError('CONFIG_INVALID', `${certificate} is no certificate in PEM.`, { cause });
  }
  let belongs: boolean;
  try {
    belongs = parsed.checkPrivateKey(createPrivateKey(secret));
  } catch (cause) {
    if (/ENCRYPTED/.test(String(secret))) {
      throw new OslerError('CONFIG_INVALID', `${key} is protected by a passphrase, which nobody is here to type.`, {
        hint: `openssl pkey -in ${key} -out plain.key; keep that readable by this account alone (chmod 600).`,
        cause,
      });
    }
    throw new OslerError('CONFIG_INVALID', `${key} is no private key in PEM.`, { cause });
  }
  if (!belongs) throw new OslerError('CONFIG_INVALID', `${key} is not the key of the certificate in ${certificate}.`);
  const digest = createHash('sha256').update(cert).update(secret).digest('hex');
  return { cert, key: secret, expiresAt: Date.parse(parsed.validTo), digest };
}

/** TLS as a server of today speaks it; older versions have known faults. */
export const tlsOptions = ({ cert, key }: Certificate) => ({ cert, key, minVersion: 'TLSv1.2' as const });

/** The certificate that is in use, as it is replaced. */
export interface CertificateInUse {
  current: Certificate;
}

/**
 * Looks every few seconds whether the files hold another certificate, and takes it for new connections. A pair that does not fit (a
 * renewal half written) is left alone until it does.
 */
export function followCertificate(
  app: FastifyInstance,
  files: TlsFiles,
  used: CertificateInUse,
  lookMs = LOOK_MS,
): void {
  const server = app.server as unknown as Server;
  let problem = '';
  const look = async (): Promise<void> => {
    try {
      const found = await readCertificate(files);
      problem = '';
      if (found.digest === used.current.digest) return;
      server.setSecureContext(tlsOptions(found));
      used.current = found;
      app.log.info({ validUntil: new Date(found.expiresAt).toISOString() }, 'the TLS certificate was replaced');
    } catch (error) {
      const message = (error as Error).message;
      if (message !== problem) app.log.error({ err: error }, 'the TLS certificate can not be replaced');
      problem = message;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OslerError('CONFIG_INVALID', `${file} can not be read: ${(cause as Error).message}`, { cause });
  }
}
