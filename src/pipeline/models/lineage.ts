import { openDataset } from '../../data/dataset.ts';
import type { DatasetRecord } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { versionName } from '../../registry/names.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import { countsOf, type LeakCounts } from '../../store/leak-stamp.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';

/** One thing that a version was made from, or that uses it. */
export interface LineageNode {
  /** `dataset:isic@2`, `run:3fa2...`, `version:skin@3`... */
  id: string;
  kind: 'dataset' | 'weights' | 'run' | 'version' | 'deployment';
  name: string;
  /** In a few words: `pending`, `finished`, `live 70%`. */
  state: string | null;
  stamps: string[];
  /** What `leaky` among them is for. */
  leaks: LeakCounts | null;
  /** Whether it is at hand here: a bundle travels without its run and its dataset. */
  here: boolean;
  facts: { term: string; text: string }[];
}

export interface LineageEdge {
  from: string;
  to: string;
  words: string;
}

export interface Lineage {
  nodes: LineageNode[];
  edges: LineageEdge[];
}

/** Versions of parents above that are followed: beyond it a picture tells nothing. */
const MOST_PARENTS = 12;

/**
 * Where versions come from and where they answer: datasets and their earlier versions, weights, runs, parents and the parents' own, children,
 * deployments. Nothing is read of what is not here; it stands as the signed registration names it.
 */
export async function lineageOf(store: Store, versions: readonly VersionRow[]): Promise<Lineage> {
  const graph = new Graph();
  const rows = await withParents(store, versions);
  for (const row of rows) {
    graph.add(versionNode(row));
    await addOrigin(graph, store, row);
  }
  for (const child of await childrenOf(store, versions)) {
    graph.add(versionNode(child));
    graph.join(versionId(child.record.lineage.parent!), versionId(child), 'made from it');
  }
  await addDeployments(graph, store, rows);
  return graph.lineage;
}

class Graph {
  private readonly nodes = new Map<string, LineageNode>();
  private readonly edges = new Map<string, LineageEdge>();

  add(node: LineageNode): void {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
  }

  has(id: string): boolean {
    return this.nodes.has(id);
  }

  join(from: string, to: string, words: string): void {
    this.edges.set(`${from}\n${to}`, { from, to, words });
  }

  get lineage(): Lineage {
    const edges = [...this.edges.values()].filter(({ from, to }) => this.nodes.has(from) && this.nodes.has(to));
    return { nodes: [...this.nodes.values()], edges };
  }
}

const versionId = (version: { model: string; version: number }): string => `version:${versionName(version)}`;

async function withParents(store: Store, versions: readonly VersionRow[]): Promise<VersionRow[]> {
  const found = new Map(versions.map((row) => [versionName(row), row]));
  const waiting = [...versions];
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    const { parent } = row.record.lineage;
    if (parent === null || found.has(versionName(parent)) || found.size >= versions.length + MOST_PARENTS) continue;
    const above = await store.registry.version(parent.model, parent.version);
    if (above === null) continue;
    found.set(versionName(above), above);
    waiting.push(above);
  }
  return [...found.values()];
}

/** Few models have many versions; those of all are looked through. */
async function childrenOf(store: Store, versions: readonly VersionRow[]): Promise<VersionRow[]> {
  const names = new Set(versions.map(versionName));
  const all = await store.registry.searchVersions({ limit: 10_000, offset: 0 });
  return all.filter(({ record: { lineage } }) => lineage.parent !== null && names.has(versionName(lineage.parent)));
}

function stampsOf(from: { stamps: string[]; leaks: LeakCounts | null } | null): Pick<LineageNode, 'stamps' | 'leaks'> {
  return { stamps: from?.stamps ?? [], leaks: from?.leaks ? countsOf(from.leaks) : null };
}

function versionNode(row: VersionRow): LineageNode {
  const { bundle, registeredBy, kind } = row.record;
  return {
    id: versionId(row),
    kind: 'version',
    name: versionName(row),
    state: [row.status, ...row.aliases].join(', '),
    ...stampsOf(bundle),
    here: true,
    facts: facts({
      Registered: `${iso(row.createdAt)} by ${registeredBy}`,
      Source: bundle === null ? `${kind}: ${row.record.source}` : null,
      Network: bundle?.network,
      Bundle: bundle?.digest,
    }),
  };
}

async function addOrigin(graph: Graph, store: Store, row: VersionRow): Promise<void> {
  const { lineage, bundle, runId } = row.record;
  const own = versionId(row);
  const run = bundle?.run ?? runId;
  // What the training began with leads to the run, where there was one.
  const made = run === null ? own : `run:${run}`;
  if (run !== null) {
    if (!graph.has(made)) graph.add(await runNode(store, run, row));
    graph.join(made, own, bundle === null ? 'logged by' : 'exported and signed');
  }
  if (lineage.dataset !== null) {
    await addDataset(graph, store, lineage.dataset);
    graph.join(datasetId(lineage.dataset), made, 'trained on');
  }
  if (lineage.pretrained !== null) {
    const id = `weights:${lineage.pretrained}`;
    graph.add({
      ...{ id, kind: 'weights', name: lineage.pretrained, state: 'pretrained weights', ...stampsOf(null), here: true },
      facts: [],
    });
    graph.join(id, made, 'began from');
  }
  if (lineage.parent !== null) graph.join(versionId(lineage.parent), own, 'made from it');
}

async function runNode(store: Store, id: string, { record: { lineage, bundle } }: VersionRow): Promise<LineageNode> {
  const info = await orNull(() => store.tracked.get(id));
  return {
    id: `run:${id}`,
    kind: 'run',
    name: info?.name ?? id.slice(0, 8),
    state: info === null ? null : info.deleted ? 'deleted' : info.status,
    // What the run was stamped with went into the bundle.
    ...stampsOf(bundle),
    here: info !== null && !info.deleted,
    facts: facts({
      Run: id,
      'Trained by': lineage.trainer ?? info?.user,
      Code: lineage.code === null ? null : `${lineage.code}, Osler ${lineage.oslerVersion}`,
      Engine: lineage.engine,
      Seed: lineage.seed === null ? null : String(lineage.seed),
    }),
  };
}

const datasetId = ({ name, version }: { name: string; version: number }): string => `dataset:${name}@${version}`;

/** With the versions before it. */
async function addDataset(
  graph: Graph,
  store: Store,
  { name, version, digest }: { name: string; version: number; digest: string },
): Promise<void> {
  const record = await datasetRecord(store, name, version);
  // Another home's dataset may have this name and number.
  const same = record !== null && record.digest === digest;
  graph.add(datasetNode({ name, version, digest }, same ? record : null));
  for (let at = same ? record : null; at?.parent; ) {
    const before = await datasetRecord(store, name, at.parent.version);
    if (before === null) return;
    const { added, removed, changed } = at.parent;
    graph.add(datasetNode(before, before));
    graph.join(datasetId(before), datasetId(at), `${added} added, ${removed} removed, ${changed} changed`);
    at = before;
  }
}

function datasetNode(
  { name, version, digest }: { name: string; version: number; digest: string },
  record: DatasetRecord | null,
): LineageNode {
  return {
    id: datasetId({ name, version }),
    kind: 'dataset',
    name: `${name}@${version}`,
    state: record === null ? null : `${record.samples} samples`,
    ...stampsOf(record),
    here: record !== null,
    facts: facts({ Digest: digest, Imported: record?.createdAt }),
  };
}

async function datasetRecord(store: Store, name: string, version: number): Promise<DatasetRecord | null> {
  return orNull(async () => (await openDataset(store.home, `${name}@${version}`)).record);
}

async function addDeployments(graph: Graph, store: Store, rows: readonly VersionRow[]): Promise<void> {
  for (const { name, revision } of await store.deployments.list()) {
    for (const member of membersOf(parseSpec(revision.spec))) {
      const row = rows.find(
        ({ model, version, aliases }) =>
          model === member.model &&
          (member.version === version || (member.alias !== undefined && aliases.includes(member.alias))),
      );
      if (row === undefined) continue;
      const id = `deployment:${name}`;
      graph.add({
        ...{ id, kind: 'deployment', name, state: `revision ${revision.number}`, ...stampsOf(null), here: true },
        facts: facts({ Since: `${iso(revision.at)} by ${revision.who}` }),
      });
      const by = member.alias === undefined ? '' : ` as ${member.name}`;
      const part = member.role === 'shadow' ? 'copies' : `${Number((member.share * 100).toFixed(1))}%`;
      graph.join(versionId(row), id, `${member.role}, ${part}${by}`);
    }
  }
}

async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** What is known, in its order. */
function facts(all: Record<string, string | null | undefined>): LineageNode['facts'] {
  return Object.entries(all).flatMap(([term, text]) => (text ? [{ term, text }] : []));
}

const iso = (ms: number): string => new Date(ms).toISOString();
