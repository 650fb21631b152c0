import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { OslerError } from '../../errors.ts';

/**
 * Where the keys are that protect what is kept. Each kept thing has a key of its own; a provider wraps that one, so that the master
 * key may lie where this process can't read it (a key management service) and may be replaced without rewriting what was kept.
 */
export interface KeyProvider {
  /** @returns the wrapped key and the name of what it was wrapped with. */
  wrap(key: Buffer): Promise<{ by: string; wrapped: Buffer }>;
  /** Throws KEY_MISSING where that master key is not there any more, DATA_INVALID for a wrapped key that was altered. */
  unwrap(by: string, wrapped: Buffer): Promise<Buffer>;
}

const NONCE = 12;
const TAG = 16;

/**
 * Master keys of 32 bytes in base64, from files or the environment, newest first: the first one wraps, all unwrap.
 * Throws CONFIG_INVALID where there is none, or one is no such key.
 */
export function keysFromText(texts: readonly string[]): KeyProvider {
  const keys = texts.map(parseKey).map((key) => ({ key, id: nameOf(key) }));
  const [first] = keys;
  if (first === undefined) {
    throw new OslerError('CONFIG_INVALID', 'Images are to be kept, and there is no key to encrypt them with.', {
      hint: 'Name files in uploads.keyFiles, or set OSLER_UPLOAD_KEY: openssl rand -base64 32',
    });
  }
  return {
    async wrap(key) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce).setAAD(Buffer.from(first.id));
      const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
      return { by: first.id, wrapped };
    },
    async unwrap(by, wrapped) {
      const master = keys.find(({ id }) => id === by);
      if (master === undefined) {
        throw new OslerError('KEY_MISSING', `The key ${by}, with which this was encrypted, is not here.`, {
          hint: 'Name its file in uploads.keyFiles, or set OSLER_UPLOAD_KEY; where none was configured it was OSLER_HOME/keys/jobs.key.',
        });
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', master.key, wrapped.subarray(0, NONCE))
          .setAAD(Buffer.from(by))
          .setAuthTag(wrapped.subarray(-TAG));
        return Buffer.concat([decipher.update(wrapped.subarray(NONCE, -TAG)), decipher.final()]);
      } catch (cause) {
        throw new OslerError('DATA_INVALID', 'What was kept has been altered: its key does not open.', { cause });
      }
    },
  };
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32 && key.toString('base64').replace(/=+$/, '') === text.trim().replace(/=+$/, '')) return key;
  throw new OslerError('CONFIG_INVALID', 'A key for kept images is not 32 bytes in base64.', {
    hint: 'Make one: openssl rand -base64 32',
  });
}

/** Tells keys apart without telling anything of them. */
const nameOf = (key: Buffer): string =>
  createHash('sha256').update('osler upload key').update(key).digest('hex').slice(0, 16);
