import type { Dataset, Sample } from '../data/sample.ts';
import type { Move } from '../data/split/mend.ts';
import type { OnProgress } from '../progress.ts';
import type { Audit } from './audit.ts';
import { balance } from './balance.ts';
import { clusterPairs } from './clusters.ts';
import { findingsOf } from './findings.ts';
import { oddGroups, unusedGrouping } from './groups.ts';
import { findLeaks } from './leaks.ts';
import { shortcutAudit } from './shortcut/shortcut.ts';

export interface AuditDeps {
  /** OSLER_HOME: what was measured of an image for the shortcut audit is kept under its cache. */
  home?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Looks a dataset version over: duplicates and near duplicates (as its import found them), label conflicts, leaks, odd groups,
 * balance; and, unless `shortcut` is false, whether the label can be told from what is not anatomy, which reads every image.
 */
export async function auditDataset(
  dataset: Dataset,
  options: { shortcut: boolean; moved?: Move[]; width?: number },
  deps: AuditDeps = {},
): Promise<Audit> {
  const started = performance.now();
  const { record } = dataset;
  const used = dataset.samples();
  const all = [...used, ...dataset.excluded].sort(byId);
  const pairs = await dataset.pairs();
  const clusters = clusterPairs(all, pairs);
  const leaks = findLeaks(used, clusters);
  const facts = {
    dataset: { name: record.name, version: record.version, digest: record.digest },
    samples: all.length,
    classes: record.classes,
    splits: Object.fromEntries((['train', 'val', 'test'] as const).map((s) => [s, dataset.samples(s).length])),
    excluded: record.excluded,
    stamps: record.stamps,
    unreadable: record.unreadable,
    exactDuplicates: clusters.exact,
    nearDuplicates: clusters.near,
    nearSearched: record.nearSearched,
    nearPairs: pairs.filter(({ kind }) => kind === 'near'),
    labelConflicts: clusters.conflicts,
    conflictsAcross: across(clusters.conflicts, all),
    conflictingLabels: clashes(clusters.conflicts, all),
    classSizes: classSizes(all, record.classes),
    leaks: leaks.list,
    leakCounts: leaks.counts,
    accepted: dataset.accepted,
    moved: options.moved ?? [],
    groups: oddGroups(all),
    ungrouped: all.filter(({ group }) => group === undefined).length,
    unusedGrouping: unusedGrouping(all),
    shortcut: options.shortcut ? await shortcutAudit(dataset, deps) : null,
    balance: balance(dataset, options.width === undefined ? {} : { width: options.width }),
  };
  deps.signal?.throwIfAborted();
  return {
    format: 'osler-audit/1',
    ...facts,
    findings: findingsOf(facts),
    createdAt: new Date().toISOString(),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Which labels stand against each other, and how often. */
function clashes(conflicts: readonly string[][], samples: readonly Sample[]): Audit['conflictingLabels'] {
  const label = new Map(samples.map((sample) => [sample.id, sample.label]));
  const counts = new Map<string, { labels: string[]; pictures: number }>();
  for (const ids of conflicts) {
    const labels = [...new Set(ids.map((id) => label.get(id)!))].sort();
    const key = JSON.stringify(labels);
    counts.set(key, { labels, pictures: (counts.get(key)?.pictures ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.pictures - a.pictures);
}

/** Sets with members in more than one split, wherever they are used. */
function across(sets: readonly string[][], samples: readonly Sample[]): number {
  const split = new Map(samples.map((sample) => [sample.id, sample.split]));
  return sets.filter((ids) => new Set(ids.map((id) => split.get(id))).size > 1).length;
}

function classSizes(samples: readonly Sample[], classes: readonly string[]): Audit['classSizes'] {
  const sizes = Object.fromEntries(classes.map((label) => [label, { images: 0, used: 0 }]));
  for (const { label, excluded } of samples) {
    const size = sizes[label] ?? { images: 0, used: 0 };
    sizes[label] = size;
    size.images += 1;
    if (excluded === undefined) size.used += 1;
  }
  return sizes;
}

function byId(a: Sample, b: Sample): number {
  return a.id < b.id ? -1 : 1;
}
