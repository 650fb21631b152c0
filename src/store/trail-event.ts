import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { keyId, type SigningKey } from './signing-key.ts';

/** What somebody did, for the audit trail. */
export interface NewEvent {
  /** A person. */
  who: string;
  /** The account and the way: `root on the command line`, `MLflow client at 127.0.0.1`. */
  via?: string;
  /** A verb: `version.approve`, `alias.set`, `run.delete`... */
  what: string;
  /** What it was done to: `skin`, `skin@3`, `run 3fa2...`. */
  subject: string;
  why?: string | null;
  /** JSON; null for what was not there. */
  before?: unknown;
  after?: unknown;
}

/** An event as its row holds it; `before` and `after` are texts, so that not a space of them can change unseen. */
export interface TrailRow {
  seq: number;
  id: string;
  at: string;
  who: string;
  via: string;
  what: string;
  subject: string;
  why: string | null;
  before: string | null;
  after: string | null;
  previous: string;
  hash: string;
  key: string;
  signature: string;
}

/** What the first event follows. */
export const GENESIS = '0'.repeat(64);

/** sha256 (hex) of everything an event says, its number and the hash before it included, as canonical JSON. */
export function eventHash(row: Omit<TrailRow, 'hash' | 'signature'>): string {
  const { seq, id, at, who, via, what, subject, why, before, after, previous, key } = row;
  const said = { seq, id, at, who, via, what, subject, why, before, after, previous, key };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}

/** The row of an event that follows `tip`, signed. */
export function sealEvent(
  event: NewEvent,
  place: { seq: number; previous: string; id: string; at: string },
  key: SigningKey,
): TrailRow {
  const row = {
    ...place,
    who: plain(event.who),
    via: plain(event.via ?? ''),
    what: event.what,
    subject: plain(event.subject),
    why: event.why === undefined || event.why === null ? null : plain(event.why),
    before: json(event.before),
    after: json(event.after),
    key: key.publicKey,
  };
  const hash = eventHash(row);
  return { ...row, hash, signature: signHex(hash, key) };
}

/** Ed25519 over the bytes of a hash, base64. */
export function signHex(hash: string, key: SigningKey): string {
  return sign(null, Buffer.from(hash, 'hex'), key.privateKey).toString('base64');
}

export function isSignedBy(hash: string, publicKey: string, signature: string): boolean {
  // One way to write it: spaces and other signs in base64 are read past.
  if (Buffer.from(signature, 'base64').toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, Buffer.from(hash, 'hex'), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

export { keyId };

function json(value: unknown): string | null {
  return value === undefined || value === null ? null : canonicalJson(value);
}

/** PostgreSQL's texts have no zero byte, and neither engine keeps half a surrogate pair. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
