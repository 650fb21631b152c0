import type { Store } from '../store/store.ts';
import type { TrailHead } from '../store/trail.ts';
import { eventHash, GENESIS, isSignedBy, keyId, type TrailRow } from '../store/trail-event.ts';
import { emptyTold, type Told, tell } from './replay.ts';
import { trustedKeys } from './trust.ts';
import { ToldDeployments } from './verify-deployments.ts';
import { ToldKeys } from './verify-keys.ts';
import { checkBundles, compareTables } from './verify-tables.ts';

/** One thing that is not as it was written. */
export interface Fault {
  /** Of the event; null for a table or a file. */
  seq: number | null;
  words: string;
}

export interface Verified {
  events: number;
  /** What to note elsewhere: the trail up to here can't change unseen any more. Null for an empty trail. */
  head: (TrailHead & { at: string }) | null;
  keys: { id: string; events: number; trusted: boolean }[];
  versions: number;
  bundles: number;
  faults: Fault[];
}

export interface VerifyOptions {
  /** A head that was noted before: it must still be in the trail. */
  noted?: TrailHead;
  /** Further key ids that count. */
  trusted?: readonly string[];
  /** Whether every byte of every registered bundle is checked. */
  files: boolean;
  onBundle?: (done: number, total: number) => void;
}

/**
 * Looks for any alteration: of an event (its hash and its signature), of their order and number (the chain), of the end (what this
 * home, or a person, noted), of the registry's, the deployments' and the keys' tables (which must be what the events tell), of registrations (their
 * signatures), of evidence (its hash in the trail), of the triggers that keep rows as they are and of the registered bundles' files.
 */
export async function verifyTrail(store: Store, options: VerifyOptions): Promise<Verified> {
  const faults: Fault[] = [];
  const trusted = await trustedKeys(store.home);
  for (const id of options.trusted ?? []) trusted.add(id);
  const told = emptyTold();
  const deployments = new ToldDeployments();
  const keys = new ToldKeys();
  const decisions = new Map<string, string>();
  const witness = await store.trail.witness();
  const chain = new Chain(trusted, [
    ...(witness === null ? [] : [{ ...witness, by: 'this home noted' }]),
    ...(options.noted === undefined ? [] : [{ ...options.noted, by: 'you noted' }]),
  ]);
  for await (const row of store.trail.rows()) {
    faults.push(...chain.take(row));
    readOn({ told, deployments, keys, decisions }, row, faults);
  }
  faults.push(...chain.finish());
  const sealed = await store.registry.sealed();
  faults.push(...(await compareTables(store, { told, decisions, sealed, trusted })));
  const others = [
    ...(await deployments.compare(store)),
    ...(await keys.compare(store)),
    ...(await store.trail.missingGuards()),
  ];
  faults.push(...others.map((words) => ({ seq: null, words })));
  const bundles = options.files ? await checkBundles(store, sealed, options.onBundle) : { checked: 0, faults: [] };
  faults.push(...bundles.faults);
  return {
    events: chain.count,
    head: chain.head,
    keys: [...chain.keys].map(([id, events]) => ({ id, events, trusted: trusted.has(id) })),
    versions: sealed.length,
    bundles: bundles.checked,
    faults,
  };
}

/** What the events tell, taken together. */
interface Read {
  told: Told;
  deployments: ToldDeployments;
  keys: ToldKeys;
  /** The sha256 of each by its id. */
  decisions: Map<string, string>;
}

/** The event's part in what the trail tells; one that is no event any more was told of already. */
function readOn({ told, deployments, keys, decisions }: Read, row: TrailRow, faults: Fault[]): void {
  try {
    tell(told, row);
    deployments.tell(row);
    keys.tell(row);
    // Other rooms' events may use the word for something else.
    if (!/^(version|alias)\./.test(row.what)) return;
    const after = JSON.parse(row.after ?? 'null') as { decision?: string; digest?: string } | null;
    if (after?.decision !== undefined) decisions.set(after.decision, after.digest ?? '');
  } catch {
    faults.push({ seq: row.seq, words: `${nameOf(row)} holds no JSON` });
  }
}

/** Follows the events in their order. */
class Chain {
  count = 0;
  head: Verified['head'] = null;
  readonly keys = new Map<string, number>();
  private readonly trusted: ReadonlySet<string>;
  private readonly heads: (TrailHead & { by: string; seen?: true })[];

  constructor(trusted: ReadonlySet<string>, heads: (TrailHead & { by: string })[]) {
    this.trusted = trusted;
    this.heads = heads;
  }

  take(row: TrailRow): Fault[] {
    const faults: Fault[] = [];
    const fault = (words: string): void => void faults.push({ seq: row.seq, words });
    const expected = (this.head?.seq ?? 0) + 1;
    const name = nameOf(row);
    const id = keyId(row.key);
    this.keys.set(id, (this.keys.get(id) ?? 0) + 1);
    const same = eventHash(row) === row.hash;
    const signed = isSignedBy(row.hash, row.key, row.signature);
    if (row.seq !== expected) {
      fault(
        row.seq === expected + 1 ? `event ${expected} is missing` : `events ${expected} to ${row.seq - 1} are missing`,
      );
    }
    if (!same) fault(`${name} was altered: it is not what its hash is of`);
    else if (!signed) fault(`${name} was altered: its signature is not of it`);
    else if (!this.trusted.has(id)) fault(`${name} is signed by key ${id}, which is not trusted here`);
    if (row.seq === expected && row.previous !== (this.head?.hash ?? GENESIS)) {
      fault(
        expected === 1
          ? `${name} is not the beginning of the trail`
          : `${name} does not follow event ${expected - 1} as that one is now`,
      );
    }
    if (this.head !== null && row.at < this.head.at) fault(`${name} is earlier than the event before it`);
    for (const head of this.heads) {
      if (head.seq !== row.seq) continue;
      head.seen = true;
      if (head.hash !== row.hash) fault(`${name} is not the event that ${head.by}: the trail was written anew`);
    }
    this.count += 1;
    this.head = { seq: row.seq, hash: row.hash, at: row.at };
    return faults;
  }

  finish(): Fault[] {
    return this.heads
      .filter(({ seen, seq }) => seen === undefined && seq > (this.head?.seq ?? 0))
      .map(({ seq, by }) => ({
        seq,
        words: `the trail ends after event ${this.head?.seq ?? 0}, but ${by} event ${seq}: its end was cut off`,
      }));
  }
}

/** "event 7 (alias.set of skin@champion by alice, 2026-03-01T11:59:00.000Z)" */
export function nameOf({ seq, what, subject, who, at }: TrailRow): string {
  return `event ${seq} (${what} of ${subject} by ${who}, ${at})`;
}
