import type { Stage, VersionStatus } from '../store/registry/types.ts';
import type { TrailRow } from '../store/trail-event.ts';
import { CHAMPION } from './names.ts';

/** The registry as the audit trail tells it: what is left when all its events have happened, one after the other. */
export interface Told {
  models: Map<string, ToldModel>;
}
export interface ToldModel {
  description: string | null;
  tags: Map<string, string>;
  versions: Map<number, ToldVersion>;
  aliases: Map<string, ToldAlias>;
}
export interface ToldVersion {
  kind: string;
  digest: string | null;
  source: string;
  run: string | null;
  seal: string;
  registered: Act;
  status: VersionStatus;
  stage: Stage;
  description: string | null;
  tags: Map<string, string>;
  approvals: (Act & { override: string | null; failed: string[]; decision: string | null })[];
}
export interface ToldAlias extends Act {
  version: number;
  override: string | null;
  rollback: boolean;
}
/** Who did it, when and why. */
export interface Act {
  who: string;
  via: string;
  at: string;
  why: string | null;
  seq: number;
}

// What events say of themselves, as far as it is read here.
interface Facts {
  name?: string;
  description?: string | null;
  tags?: Record<string, string>;
  version?: number;
  kind?: string;
  digest?: string | null;
  source?: string;
  run?: string | null;
  seal?: string;
  status?: VersionStatus;
  stage?: Stage;
  override?: string | null;
  failed?: string[];
  decision?: string;
  rollback?: boolean;
  key?: string;
  value?: string;
}

export function emptyTold(): Told {
  return { models: new Map() };
}

/** Lets one event happen. Events of other rooms change nothing here. */
export function tell(told: Told, row: TrailRow): void {
  const { what, subject } = row;
  const before = JSON.parse(row.before ?? 'null') as Facts | null;
  const after = JSON.parse(row.after ?? 'null') as Facts | null;
  const act: Act = { who: row.who, via: row.via, at: row.at, why: row.why, seq: row.seq };
  if (what.startsWith('model.')) {
    tellModel(told, what, subject, before, after);
    return;
  }
  const [name, part] = split(subject);
  const model = told.models.get(name);
  if (model === undefined) return;
  if (what === 'alias.set' && after?.version !== undefined) {
    const { version, override = null, rollback = false } = after;
    model.aliases.set(part, { ...act, version, override, rollback });
  } else if (what === 'alias.delete') model.aliases.delete(part);
  else if (what === 'version.register' && after !== null) model.versions.set(Number(part), registered(act, after));
  else if (what.startsWith('version.')) tellVersion(model, Number(part), { what, act, before, after });
}

function tellModel(told: Told, what: string, name: string, before: Facts | null, after: Facts | null): void {
  if (what === 'model.create') {
    const { description = null, tags = {} } = after ?? {};
    told.models.set(name, {
      description,
      tags: new Map(Object.entries(tags)),
      versions: new Map(),
      aliases: new Map(),
    });
    return;
  }
  const model = told.models.get(name);
  if (model === undefined) return;
  if (what === 'model.delete' || what === 'model.rename') told.models.delete(name);
  if (what === 'model.rename' && after?.name !== undefined) told.models.set(after.name, model);
  if (what === 'model.describe') model.description = after?.description ?? null;
  if (what === 'model.tag') tellTag(model.tags, before, after);
}

function tellVersion(
  model: ToldModel,
  number: number,
  { what, act, before, after }: { what: string; act: Act; before: Facts | null; after: Facts | null },
): void {
  const version = model.versions.get(number);
  if (version === undefined) return;
  if (after?.status !== undefined) version.status = after.status;
  if (what === 'version.approve') {
    const { override = null, failed = [], decision = null } = after ?? {};
    version.approvals.push({ ...act, override, failed, decision });
  }
  if (what === 'version.stage' && after?.stage !== undefined) version.stage = after.stage;
  if (what === 'version.describe') version.description = after?.description ?? null;
  if (what === 'version.tag') tellTag(version.tags, before, after);
  if (what !== 'version.delete') return;
  model.versions.delete(number);
  for (const [alias, { version: its }] of model.aliases) if (its === number) model.aliases.delete(alias);
}

function registered(act: Act, facts: Facts): ToldVersion {
  return {
    kind: facts.kind ?? 'external',
    digest: facts.digest ?? null,
    source: facts.source ?? '',
    run: facts.run ?? null,
    seal: facts.seal ?? '',
    registered: act,
    status: 'pending',
    stage: 'None',
    description: facts.description ?? null,
    tags: new Map(Object.entries(facts.tags ?? {})),
    approvals: [],
  };
}

function tellTag(tags: Map<string, string>, before: Facts | null, after: Facts | null): void {
  if (after?.key !== undefined && after.value !== undefined) tags.set(after.key, after.value);
  else if (before?.key !== undefined) tags.delete(before.key);
}

/** `skin@3`, `skin@champion`: a name may hold "@" itself, what follows the last one may not. */
function split(subject: string): [name: string, part: string] {
  const at = subject.lastIndexOf('@');
  return at < 0 ? [subject, ''] : [subject.slice(0, at), subject.slice(at + 1)];
}

/** What was live: the version that an alias named, with who put it there and who had approved it. */
export interface Live {
  model: string;
  alias: string;
  version: number;
  since: Act;
  override: string | null;
  rollback: boolean;
  standing: ToldVersion;
}

/** The state at a moment: all events of that millisecond and before have happened. @param at ISO 8601; absent: now. */
export async function toldAt(events: AsyncIterable<TrailRow> | Iterable<TrailRow>, at?: string): Promise<Told> {
  const told = emptyTold();
  for await (const row of events) {
    if (at !== undefined && row.at > at) break;
    tell(told, row);
  }
  return told;
}

/** What an alias names in a state, in order of model. */
export function liveOf(told: Told, alias: string = CHAMPION): Live[] {
  const live: Live[] = [];
  for (const [name, { aliases, versions }] of told.models) {
    const set = aliases.get(alias);
    const standing = set === undefined ? undefined : versions.get(set.version);
    if (set === undefined || standing === undefined) continue;
    const { version, override, rollback, ...since } = set;
    live.push({ model: name, alias, version, since, override, rollback, standing });
  }
  return live.sort((a, b) => (a.model < b.model ? -1 : 1));
}

/** A move of an alias: to which version, null where it was taken away. */
export interface AliasMove extends Act {
  version: number | null;
  rollback: boolean;
}

/** The versions that an alias of a model named, in order of time. Follows the model's renames. */
export async function aliasHistory(
  events: AsyncIterable<TrailRow> | Iterable<TrailRow>,
  model: string,
  alias: string,
): Promise<AliasMove[]> {
  const histories = new Map<string, AliasMove[]>();
  const told = emptyTold();
  for await (const row of events) {
    if (row.what === 'model.create') histories.set(row.subject, []);
    if (row.what === 'model.rename') {
      const after = JSON.parse(row.after ?? 'null') as Facts | null;
      const history = histories.get(row.subject);
      histories.delete(row.subject);
      if (after?.name !== undefined && history !== undefined) histories.set(after.name, history);
    }
    tell(told, row);
    const [name, part] = split(row.subject);
    const { who, via, at, why, seq } = row;
    if (row.what === 'alias.set' || row.what === 'alias.delete') {
      if (part !== alias) continue;
      const { version = null, rollback = false } = told.models.get(name)?.aliases.get(alias) ?? {};
      histories.get(name)?.push({ who, via, at, why, seq, version, rollback });
    }
  }
  return histories.get(model) ?? [];
}
