import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A key as its holder has it: `osler_ID_SECRET`. The id (10 digits and small letters) finds its row and may be shown; the secret (43
 * characters of base64url: 256 random bits) is nowhere else. As it can't be guessed or tried out, one SHA-256 is hash enough.
 */
export interface KeyText {
  id: string;
  secret: string;
}

const TEXT = /^osler_([0-9a-z]{10})_([A-Za-z0-9_-]{43})$/;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

export function newKeyText(): KeyText & { text: string; hash: string } {
  const id = randomId();
  const secret = randomBytes(32).toString('base64url');
  return { id, secret, text: `osler_${id}_${secret}`, hash: hashOf(secret) };
}

/** Null for what has another form. */
export function parseKeyText(text: string): KeyText | null {
  const [, id, secret] = TEXT.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/** Whether it looks like one of Osler's keys at all, whole or not. */
export const isKeyLike = (text: string): boolean => text.startsWith('osler_');

/** sha256, hex. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** In the same time whatever differs. */
export function isSecretOf(secret: string, hash: string): boolean {
  const [mine, theirs] = [Buffer.from(hashOf(secret), 'hex'), Buffer.from(hash, 'hex')];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}

/** Bytes above 251 are left out, so that each sign is as likely as any other. */
function randomId(): string {
  let id = '';
  while (id.length < 10) {
    for (const byte of randomBytes(16)) if (byte < 252 && id.length < 10) id += ALPHABET[byte % 36];
  }
  return id;
}
