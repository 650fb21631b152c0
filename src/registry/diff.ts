import { readFile } from 'node:fs/promises';
import { runFile } from '../store/paths.ts';
import type { VersionRow } from '../store/registry/types.ts';
import { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { openRegistered } from './open.ts';

export interface VersionDifference {
  /** `lineage.dataset.version`, `recipe.training.epochs`, `metrics.auroc`... */
  key: string;
  /** Null where there is none. */
  first: string | null;
  second: string | null;
}

/** What two versions differ in, in order of key: registration, recipes of their runs where those are here, and bundles. */
export async function diffVersions(store: Store, first: VersionRow, second: VersionRow): Promise<VersionDifference[]> {
  const [a, b] = [await facts(store, first), await facts(store, second)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  return keys
    .map((key) => ({ key, first: a.get(key) ?? null, second: b.get(key) ?? null }))
    .filter((row) => row.first !== row.second);
}

async function facts(store: Store, row: VersionRow): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  const { lineage, bundle, runId, source, kind } = row.record;
  flatten(out, 'lineage', { ...lineage, run: runId });
  flatten(out, '', { kind, status: row.status, stage: row.stage, description: row.description, tags: row.tags });
  if (bundle === null) {
    out.set('source', source);
    return out;
  }
  const { network, labels, stamps, metrics } = bundle;
  flatten(out, '', { network, labels: labels.join(', '), stamps: stamps.join(', ') });
  for (const [name, { value, low, high }] of Object.entries(metrics)) {
    const interval = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`;
    out.set(`metrics.${name}`, `${value.toFixed(3)}${interval}`);
  }
  const { manifest } = await openRegistered(store.home, row, store.artifacts);
  const { preprocess, views, temperature, calibration, operatingPoint, classRule, conformal } = manifest;
  flatten(out, 'preprocess', preprocess);
  flatten(out, 'decides', {
    views,
    temperature,
    calibration: calibration?.method,
    operatingPoint,
    classRule,
    coverage: conformal?.coverage,
  });
  const text = runId === null ? null : await readFile(runFile(store.home, runId), 'utf8').catch(() => null);
  const run = text === null ? undefined : RunRecord.safeParse(JSON.parse(text)).data;
  if (run !== undefined) flatten(out, 'recipe', run.config);
  return out;
}

function flatten(out: Map<string, string>, path: string, value: unknown): void {
  if (value === null || value === undefined || value === '') return;
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flatten(out, path === '' ? key : `${path}.${key}`, inner);
    return;
  }
  out.set(path, typeof value === 'string' ? value : JSON.stringify(value));
}
