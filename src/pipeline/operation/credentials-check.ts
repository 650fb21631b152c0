import { stateOf } from '../../security/keys.ts';
import type { AccessStore, KeyRow } from '../../store/access/types.ts';
import type { Check, Finding } from './health.ts';

const DAY_MS = 86_400_000;
/** Before the end of a key or a certificate: time to make another by day. */
const SOON_MS = 7 * DAY_MS;
/** A key that nobody has used for so long may end as it likes. */
const USED_MS = 30 * DAY_MS;

export interface Credentials {
  /** Null where nobody is asked for a key. */
  access: AccessStore | null;
  /** When the TLS certificate in use ends, milliseconds since 1970; null without TLS. */
  certificateEnd(): number | null;
}

/** Whether a key that is in use, or the TLS certificate, ends soon: what nobody should find out at night. */
export function credentialsCheck({ access, certificateEnd }: Credentials, clock = Date.now): Check {
  return {
    name: 'credentials',
    vital: false,
    async look() {
      const now = clock();
      const ends = certificateEnd();
      const tls =
        ends === null ? null : { status: statusOf(ends, now), words: `The TLS certificate ${endWords(ends, now)}.` };
      if (tls !== null && tls.status !== 'ok') return tls;
      // While the store is away its own check says so.
      const keys = (await access?.keys().catch(() => [])) ?? [];
      const first = keys
        .filter((key) => isUsed(key, now) && stateOf(key, now) === 'valid' && key.replacedBy === null)
        .filter((key) => key.expiresAt !== null && key.expiresAt - now < SOON_MS)
        .sort((a, b) => a.expiresAt! - b.expiresAt!)[0];
      if (first !== undefined) {
        const words = `Key ${first.id}, which is in use, ${endWords(first.expiresAt!, now)}: osler keys rotate ${first.id}`;
        return { status: 'degraded', words };
      }
      return { status: 'ok', words: tls === null ? 'No key that is in use ends soon.' : tls.words };
    },
  };
}

const isUsed = ({ usedAt }: KeyRow, now: number): boolean => usedAt !== null && now - usedAt < USED_MS;

function statusOf(end: number, now: number): Finding['status'] {
  if (end <= now) return 'failed';
  return end - now < SOON_MS ? 'degraded' : 'ok';
}

function endWords(end: number, now: number): string {
  const day = new Date(end).toISOString().slice(0, 10);
  return end <= now ? `ended on ${day}` : `ends on ${day}`;
}
