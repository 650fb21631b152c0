import { existsSync } from 'node:fs';
import { openBundle } from '../bundle/open.ts';
import { OslerError } from '../errors.ts';
import { registeredDir } from '../store/paths.ts';
import { sealedHash } from '../store/registry/read.ts';
import { type ModelRow, type SealedVersion, VersionRecord, type VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { isSignedBy, keyId } from '../store/trail-event.ts';
import { versionName } from './names.ts';
import { bundleDigest } from './open.ts';
import type { Told, ToldModel, ToldVersion } from './replay.ts';
import { fetchBundle } from './share.ts';
import type { Fault } from './verify.ts';

const PAGE = 200;

/** What of the registry's tables is not what the trail tells. */
export async function compareTables(
  store: Store,
  {
    told,
    decisions,
    sealed,
    trusted,
  }: {
    told: Told;
    decisions: ReadonlyMap<string, string>;
    sealed: readonly SealedVersion[];
    trusted: ReadonlySet<string>;
  },
): Promise<Fault[]> {
  const faults: string[] = [];
  const seen = new Set<string>();
  for await (const model of allModels(store)) {
    seen.add(model.name);
    const says = told.models.get(model.name);
    if (says === undefined) faults.push(`model ${model.name} is in the registry; the trail does not know it`);
    else faults.push(...compareModel(model, says, await store.registry.versions(model.name)));
  }
  for (const name of told.models.keys()) {
    if (!seen.has(name)) faults.push(`model ${name} is missing from the registry; the trail knows it`);
  }
  for (const version of sealed) faults.push(...checkRegistration(version, trusted));
  faults.push(...(await compareDecisions(store, decisions)));
  return faults.map((words) => ({ seq: null, words }));
}

async function* allModels(store: Store): AsyncGenerator<ModelRow> {
  // Prompts of MLflow's are models that an ordinary search does not show.
  for (const filter of ['', "tags.`mlflow.prompt.is_prompt` = 'true'"]) {
    for (let offset = 0; ; offset += PAGE) {
      const page = await store.registry.models({ filter, limit: PAGE, offset });
      yield* page;
      if (page.length < PAGE) break;
    }
  }
}

function compareModel(model: ModelRow, says: ToldModel, versions: readonly VersionRow[]): string[] {
  const faults: string[] = [];
  const differ = (what: string, table: unknown, trail: unknown): void => {
    if (table !== trail) faults.push(`${what} is ${shown(table)}; the trail says ${shown(trail)}`);
  };
  differ(`the description of model ${model.name}`, model.description, says.description);
  faults.push(...compareTags(`model ${model.name}`, model.tags, says.tags));
  for (const alias of new Set([...Object.keys(model.aliases), ...says.aliases.keys()])) {
    const number = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
    differ(`alias ${model.name}@${alias}`, number ?? null, says.aliases.get(alias)?.version ?? null);
  }
  for (const row of versions) {
    const its = says.versions.get(row.version);
    if (its === undefined) faults.push(`${versionName(row)} is in the registry; the trail does not know it`);
    else faults.push(...compareVersion(row, its));
  }
  for (const number of says.versions.keys()) {
    if (!versions.some(({ version }) => version === number))
      faults.push(`${model.name}@${number} is missing from the registry; the trail knows it`);
  }
  return faults;
}

function compareVersion(row: VersionRow, says: ToldVersion): string[] {
  const name = versionName(row);
  const pairs: [string, unknown, unknown][] = [
    ['status', row.status, says.status],
    ['stage', row.stage, says.stage],
    ['description', row.description, says.description],
    ['bundle', row.record.bundle?.digest ?? null, says.digest],
    ['source', row.record.source, says.source],
    ['signature', row.signature, says.seal],
  ];
  return [
    ...pairs
      .filter(([, table, trail]) => table !== trail)
      .map(([what, table, trail]) => `the ${what} of ${name} is ${shown(table)}; the trail says ${shown(trail)}`),
    ...compareTags(name, row.tags, says.tags),
  ];
}

function compareTags(of: string, table: Record<string, string>, trail: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...Object.keys(table), ...trail.keys()]);
  return [...keys]
    .filter((key) => (Object.hasOwn(table, key) ? table[key] : undefined) !== trail.get(key))
    .map((key) => `the tag ${key} of ${of} is not what the trail says`);
}

/** A registration's signature, and that its columns say what its record says. */
function checkRegistration(version: SealedVersion, trusted: ReadonlySet<string>): string[] {
  const name = `${versionName(version)}${version.deleted ? ' (deleted)' : ''}`;
  let record: VersionRecord;
  try {
    record = VersionRecord.parse(JSON.parse(version.record));
  } catch {
    return [`the registration of ${name} was altered: its record is none`];
  }
  const { modelId, version: number, createdAt, key, signature, digest, source, runId } = version;
  if (!isSignedBy(sealedHash({ modelId, version: number, createdAt, record }), key, signature))
    return [`the registration of ${name} was altered: its signature is not of it`];
  if (!trusted.has(keyId(key)))
    return [`the registration of ${name} is signed by key ${keyId(key)}, which is not trusted here`];
  if (digest !== (record.bundle?.digest ?? null) || source !== record.source || runId !== record.runId)
    return [`the registration of ${name} was altered: a column is not what its record says`];
  return [];
}

/** Every decision, with its reason, its policy and its evidence, must be as the trail tells. */
async function compareDecisions(store: Store, told: ReadonlyMap<string, string>): Promise<string[]> {
  const faults: string[] = [];
  const rows = await store.registry.decisionDigests();
  for (const { id, who, decision, digest } of rows) {
    if (!told.has(id)) faults.push(`decision ${id} (${decision} by ${who}) is not in the trail`);
    else if (told.get(id) !== digest) faults.push(`decision ${id} (${decision} by ${who}) or its evidence was altered`);
  }
  const known = new Set(rows.map(({ id }) => id));
  for (const id of told.keys()) if (!known.has(id)) faults.push(`decision ${id} is missing; the trail tells of it`);
  return faults;
}

/** Opens every registered bundle whose files are here, each once. */
export async function checkBundles(
  { home, artifacts }: Pick<Store, 'home' | 'artifacts'>,
  sealed: readonly SealedVersion[],
  onBundle?: (done: number, total: number) => void,
): Promise<{ checked: number; faults: Fault[] }> {
  const byDigest = Map.groupBy(
    sealed.filter(({ digest }) => digest !== null),
    ({ digest }) => digest!,
  );
  const faults: Fault[] = [];
  let checked = 0;
  for (const [digest, versions] of byDigest) {
    const names = versions.map(versionName).join(', ');
    const dir = registeredDir(home, digest);
    try {
      if (!existsSync(dir)) await fetchBundle(home, digest, artifacts);
      await openBundle(dir);
      if ((await bundleDigest(dir)) !== digest)
        faults.push({ seq: null, words: `the bundle of ${names} is not the one that was registered` });
    } catch (error) {
      // A disk or a bucket that does not answer has altered nothing.
      if (!(error instanceof OslerError) || error.code === 'STORE_FAILED') throw error;
      const what = error.code === 'NOT_FOUND' ? 'is not in this home' : error.message;
      faults.push({ seq: null, words: `the bundle of ${names}: ${what}` });
    }
    checked += 1;
    onBundle?.(checked, byDigest.size);
  }
  return { checked, faults };
}

function shown(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : String(value).slice(0, 80);
}
