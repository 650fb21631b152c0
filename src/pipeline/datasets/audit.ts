import type { Audit } from '../../audit/audit.ts';
import { auditDataset } from '../../audit/audit-dataset.ts';
import { findingsOf } from '../../audit/findings.ts';
import { auditFolder, readAudit, writeAudit } from '../../audit/write.ts';
import { openDataset } from '../../data/dataset.ts';
import { readMoves } from '../../data/moves.ts';
import type { DatasetRecord } from '../../data/sample.ts';
import type { OnProgress } from '../../progress.ts';

interface Deps {
  home: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Audits a version and keeps the audit with it. With `shortcut` every image is read once more. */
export async function auditVersion(
  { name, version }: Pick<DatasetRecord, 'name' | 'version'>,
  options: { shortcut: boolean },
  { home, onProgress, signal }: Deps,
): Promise<Audit> {
  const dataset = await openDataset(home, `${name}@${version}`);
  const audit = await auditDataset(
    dataset,
    { ...options, moved: await readMoves(home, dataset.record) },
    { home, ...(onProgress && { onProgress }), ...(signal && { signal }) },
  );
  await writeAudit(auditFolder(home, dataset.record), audit, dataset, signal);
  return audit;
}

/** An audit that was made before, with who accepted the leaks since; made anew, without the shortcuts, where there is none. */
export async function tellAcceptance(record: DatasetRecord, deps: Deps): Promise<Audit> {
  const { home, signal } = deps;
  const known = await readAudit(home, record);
  if (known === null) return auditVersion(record, { shortcut: false }, deps);
  const dataset = await openDataset(home, `${record.name}@${record.version}`);
  const facts = { ...known, accepted: dataset.accepted };
  const audit = { ...facts, findings: findingsOf(facts) };
  await writeAudit(auditFolder(home, record), audit, dataset, signal);
  return audit;
}
