import { createHash } from 'node:crypto';

/** What a choice needs of a variant. */
export interface Choice {
  name: string;
  /** 0 or more; they need not sum to 1. */
  share: number;
}

/**
 * The variant that a key belongs to: weighted rendezvous hashing (Schindelhauer and Schomaker 2005). The same key, salt and shares
 * give the same variant on every machine, in any order of the variants; when shares change, only keys move whose variant lost a part
 * of its share, and when one's share grows, keys move to it alone.
 */
export function chooseVariant<V extends Choice>(variants: readonly V[], salt: string, key: string): V {
  let best: V | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const variant of variants) {
    if (!(variant.share > 0)) continue;
    const score = variant.share / -Math.log(uniform(salt, variant.name, key));
    if (score > most) {
      most = score;
      best = variant;
    }
  }
  if (best === undefined) throw new RangeError('no variant has a share');
  return best;
}

/** In (0, 1), from 52 bits of a hash. */
function uniform(salt: string, name: string, key: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([salt, name, key]))
    .digest();
  return (Number(digest.readBigUInt64BE(0) >> 12n) + 0.5) / 2 ** 52;
}

/** A key as the log holds it: says which requests belong together, and not whose they are. */
export function hashKey(salt: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['key', salt, key]))
    .digest('hex')
    .slice(0, 32);
}
