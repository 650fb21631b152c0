import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import { keysDir } from './paths.ts';

export interface SigningKey {
  privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER, base64. */
  publicKey: string;
  /** First 16 hex digits of the public key's sha256: what a person compares. */
  id: string;
}

const NAME = 'signing.pem';

/**
 * This home's ed25519 key (RFC 8032), made on first use: `keys/signing.pem` (PKCS #8), readable by its owner only.
 * Throws STORE_FAILED when the file is no such key or others may read it.
 */
export async function signingKey(home: string): Promise<SigningKey> {
  const folder = keysDir(home);
  const path = join(folder, NAME);
  const found = await readKey(path);
  if (found !== null) return found;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const temporary = join(folder, `.${NAME}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    await chmod(temporary, 0o600);
    // A link fails where the name is taken: of two processes that start at once, one makes the key and both use it.
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readKey(path))!;
}

export function keyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);
}

async function readKey(path: string): Promise<SigningKey | null> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OslerError('STORE_FAILED', `The signing key ${path} cannot be read.`, { cause: error });
  }
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new OslerError('STORE_FAILED', `The signing key ${path} can be read by others.`, {
      hint: `chmod 600 ${path}`,
    });
  }
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${privateKey.asymmetricKeyType}`);
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
    return { privateKey, publicKey, id: keyId(publicKey) };
  } catch (error) {
    throw new OslerError('STORE_FAILED', `${path} is not an ed25519 private key.`, { cause: error });
  }
}
