import type { Dataset, Sample } from '../data/sample.ts';
import type { OnProgress } from '../progress.ts';
import type { Audit } from './audit.ts';
import { balance } from './balance.ts';
import { clusterPairs } from './clusters.ts';
import { findingsOf } from './findings.ts';
import { oddGroups, unusedGrouping } from './groups.ts';
import { findLeaks } from './leaks.ts';
import type { ShortcutResult } from './shortcut/result.ts';
import { shortcutAudit } from './shortcut/shortcut.ts';

export interface AuditDeps {
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Looks a dataset version over: duplicates and near duplicates (as its import found them), label conflicts, leaks, odd groups,
 * balance; and, unless `shortcut` is false, whether the label can be told from what is not anatomy, which reads every image.
 */
export async function auditDataset(
  dataset: Dataset,
  options: { shortcut: boolean },
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
    nearSearched: true,
    nearPairs: pairs.filter(({ kind }) => kind === 'near'),
    labelConflicts: clusters.conflicts,
    leaks: leaks.list,
    leakCounts: leaks.counts,
    accepted: dataset.accepted,
    groups: oddGroups(all),
    unusedGrouping: unusedGrouping(all),
    shortcut: null as ShortcutResult | null,
    balance: balance(dataset),
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

function byId(a: Sample, b: Sample): number {
  return a.id < b.id ? -1 : 1;
}
