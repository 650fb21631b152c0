import { canonicalJson } from '../store/canonical.ts';
import type { KeptDeployment } from '../store/deployments/types.ts';
import type { Store } from '../store/store.ts';
import type { TrailRow } from '../store/trail-event.ts';

interface ToldRevision {
  at: number;
  who: string;
  what: string;
  why: string | null;
  /** Canonical JSON. */
  spec: string;
}

/** One deployment from its creation to its end; its name may be taken again after that. */
interface ToldDeployment {
  name: string;
  createdAt: number;
  deletedAt: number | null;
  /** Fingerprint; null for deployments made before the trail told it. */
  salt: string | null;
  /** In force. */
  revision: number;
  revisions: Map<number, ToldRevision>;
}

/** The deployments as the audit trail tells them. */
export class ToldDeployments {
  private readonly all: ToldDeployment[] = [];

  /** Lets one event happen; those of other rooms change nothing here. Throws for an event that holds no JSON. */
  tell({ what, subject, who, why, at, after }: TrailRow): void {
    if (!/^(deployment|canary)\./.test(what) || !subject.startsWith('deployment ')) return;
    const name = subject.slice('deployment '.length);
    const facts = JSON.parse(after ?? 'null') as { revision?: number; spec?: unknown; salt?: string } | null;
    const moment = Date.parse(at);
    const before = this.all.findLast((one) => one.name === name && one.deletedAt === null);
    if (what === 'deployment.delete') {
      if (before !== undefined) before.deletedAt = moment;
      return;
    }
    if (facts?.revision === undefined) return;
    const salt = facts.salt ?? null;
    const fresh = { name, createdAt: moment, deletedAt: null, salt, revision: 0, revisions: new Map() };
    const deployment = what === 'deployment.create' || before === undefined ? fresh : before;
    if (deployment === fresh) this.all.push(fresh);
    deployment.revision = facts.revision;
    deployment.revisions.set(facts.revision, { at: moment, who, what, why, spec: canonicalJson(facts.spec ?? null) });
  }

  /** What of the tables is not what the trail tells, one sentence each. */
  async compare(store: Store): Promise<string[]> {
    const faults: string[] = [];
    const kept = Map.groupBy(await store.deployments.kept(), ({ name }) => name);
    const told = Map.groupBy(this.all, ({ name }) => name);
    for (const name of new Set([...kept.keys(), ...told.keys()])) {
      const [rows, says] = [kept.get(name) ?? [], told.get(name) ?? []];
      // Those of one name follow one another.
      for (let i = 0; i < Math.max(rows.length, says.length); i++) faults.push(...compareOne(name, rows[i], says[i]));
    }
    return faults;
  }
}

function compareOne(name: string, row: KeptDeployment | undefined, says: ToldDeployment | undefined): string[] {
  if (row === undefined) return [`deployment ${name} is missing from the store; the trail knows it`];
  if (says === undefined) return [`deployment ${name} is in the store; the trail does not know it`];
  const faults = [
    differ(`the revision in force of deployment ${name}`, row.revision, says.revision),
    differ(`the creation of deployment ${name}`, row.createdAt, says.createdAt),
    differ(`the end of deployment ${name}`, row.deletedAt, says.deletedAt),
    says.salt === null || says.salt === row.salt
      ? null
      : `the salt of deployment ${name} was altered: its keys go to other variants than they did`,
  ];
  for (const { number, ...revision } of row.revisions) {
    const of = `revision ${number} of deployment ${name}`;
    const its = says.revisions.get(number);
    if (its === undefined) faults.push(`${of} is in the store; the trail does not know it`);
    else {
      for (const key of ['who', 'what', 'why', 'at'] as const)
        faults.push(differ(`"${key}" of ${of}`, revision[key], its[key]));
      if (revision.spec !== its.spec) faults.push(`what ${of} serves was altered: it is not what the trail says`);
    }
  }
  const numbers = new Set(row.revisions.map(({ number }) => number));
  for (const number of says.revisions.keys()) {
    if (!numbers.has(number)) faults.push(`revision ${number} of deployment ${name} is missing; the trail tells of it`);
  }
  return faults.filter((fault) => fault !== null);
}

function differ(what: string, table: string | number | null, trail: string | number | null): string | null {
  return table === trail ? null : `${what} is ${shown(table)}; the trail says ${shown(trail)}`;
}

const shown = (value: string | number | null): string => (value === null ? 'nothing' : String(value).slice(0, 80));
