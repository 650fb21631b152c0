import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { keyId, type SigningKey } from '../store/signing-key.ts';

/** `signature.json`: ed25519 over the bytes of `bundle.json`, which holds the sha256 of every other file. */
const Signature = z.strictObject({
  format: z.literal('osler-signature/1'),
  algorithm: z.literal('ed25519'),
  keyId: z.string(),
  /** SubjectPublicKeyInfo, DER, base64. */
  publicKey: z.string(),
  /** Of bundle.json: tells which of the two files was changed. */
  sha256: z.string(),
  signature: z.string(),
});
type Signature = z.infer<typeof Signature>;

export interface Signer {
  keyId: string;
  publicKey: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** The one way to write a signature, so that any other bytes are a change. */
const text = (signature: Signature): string => `${JSON.stringify(signature, null, 2)}\n`;

export function signManifest(manifest: Uint8Array, key: SigningKey): string {
  return text({
    format: 'osler-signature/1',
    algorithm: 'ed25519',
    keyId: key.id,
    publicKey: key.publicKey,
    sha256: sha256(manifest),
    signature: sign(null, manifest, key.privateKey).toString('base64'),
  });
}

/** Throws BUNDLE_ALTERED naming the file that was changed. */
export function verifyManifest(manifest: Uint8Array, signatureFile: Uint8Array): Signer {
  const { signature, publicKey } = readSignature(signatureFile);
  const valid = verify(null, manifest, publicKey, Buffer.from(signature.signature, 'base64'));
  const same = sha256(manifest) === signature.sha256;
  if (!same && !valid) throw altered('bundle.json', 'does not match its signature');
  if (!same || !valid) throw altered('signature.json', 'is not the signature of this bundle');
  return { keyId: signature.keyId, publicKey: signature.publicKey };
}

function readSignature(bytes: Uint8Array): { signature: Signature; publicKey: KeyObject } {
  try {
    const written = Buffer.from(bytes).toString('utf8');
    const signature = Signature.parse(JSON.parse(written));
    const publicKey = createPublicKey({ key: Buffer.from(signature.publicKey, 'base64'), type: 'spki', format: 'der' });
    const canonical = (value: string): boolean => Buffer.from(value, 'base64').toString('base64') === value;
    if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('not an ed25519 key');
    if (text(signature) !== written || !canonical(signature.signature) || !canonical(signature.publicKey)) {
      throw new Error('not as it was written');
    }
    if (keyId(signature.publicKey) !== signature.keyId) throw new Error('the key id is not of this key');
    return { signature, publicKey };
  } catch (error) {
    throw altered('signature.json', 'is damaged', error);
  }
}

export function altered(file: string, what: string, cause?: unknown): OslerError {
  return new OslerError('BUNDLE_ALTERED', `The bundle was changed after it was signed: ${file} ${what}.`, {
    hint: 'Fetch the bundle again from where it was made, or export it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
