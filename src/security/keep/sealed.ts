import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import type { KeyProvider } from './provider.ts';

/**
 * A sealed file: `OSLERKEPT1`, four bytes with the length of its head (big endian), the head as JSON, the content under AES-256-GCM
 * (NIST SP 800-38D) by a key of its own, and the tag. The tag covers all before it, so neither head nor content can change unseen.
 */
const MAGIC = Buffer.from('OSLERKEPT1');
const NONCE = 12;
const TAG = 16;
const LONGEST_HEAD = 4_096;

const Head = z.strictObject({
  /** sha256 of the content, hex: which image it is. */
  image: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  /** The master key, by name. */
  by: z.string(),
  /** The file's own key, wrapped by it; base64. */
  key: z.string(),
  nonce: z.string(),
});

export async function seal(
  content: Uint8Array,
  about: { image: string; at: string },
  keys: KeyProvider,
): Promise<Buffer> {
  const key = randomBytes(32);
  const nonce = randomBytes(NONCE);
  const { by, wrapped } = await keys.wrap(key);
  const head = Buffer.from(
    JSON.stringify({ ...about, by, key: wrapped.toString('base64'), nonce: nonce.toString('base64') }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const before = Buffer.concat([MAGIC, length, head]);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(before);
  const sealed = Buffer.concat([before, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return sealed;
}

/** Throws DATA_INVALID for what is no sealed file or was altered, NOT_FOUND where its master key is gone. */
export async function unseal(
  sealed: Buffer,
  keys: KeyProvider,
): Promise<{ content: Buffer; image: string; at: string }> {
  const start = MAGIC.length + 4;
  const length = sealed.length >= start ? sealed.readUInt32BE(MAGIC.length) : 0;
  if (!sealed.subarray(0, MAGIC.length).equals(MAGIC) || length > LONGEST_HEAD || sealed.length < start + length + TAG)
    throw damaged();
  let head: z.infer<typeof Head>;
  try {
    head = Head.parse(JSON.parse(sealed.subarray(start, start + length).toString('utf8')));
  } catch (cause) {
    throw damaged(cause);
  }
  const key = await keys.unwrap(head.by, Buffer.from(head.key, 'base64'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(head.nonce, 'base64'))
      .setAAD(sealed.subarray(0, start + length))
      .setAuthTag(sealed.subarray(-TAG));
    const content = Buffer.concat([decipher.update(sealed.subarray(start + length, -TAG)), decipher.final()]);
    return { content, image: head.image, at: head.at };
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): OslerError {
  return new OslerError('DATA_INVALID', 'What was kept has been altered, or is no kept image.', { cause });
}
