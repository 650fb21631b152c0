import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../store/run.ts';
import type { TrainConfig } from './config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A recipe as flat parameters: `training.epochs` -> `3`. Lists stand as JSON. */
export function flatParams(config: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    } else {
      out[path] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  };
  visit(config, '');
  return out;
}

/** The recipe's parameters without what does not decide the training: where it is written down. */
export function trainingParams({ tracking: _, ...config }: TrainConfig): Record<string, string> {
  return flatParams(config);
}

/** What a person searches runs by, in words that MLflow's page knows where it has some. */
export function runTags(record: RunRecord): Record<string, string> {
  const { code, dataset, engine, model, stamps, group } = record;
  return {
    'mlflow.source.name': 'osler train',
    'mlflow.source.type': 'LOCAL',
    ...(code.commit === null ? {} : { 'mlflow.source.git.commit': code.commit }),
    'osler.version': code.version,
    'osler.code.changed': String(code.dirty),
    'osler.dataset': `${dataset.name}@${dataset.version}`,
    'osler.dataset.digest': dataset.digest,
    'osler.model': model.name,
    'osler.seed': String(record.seed),
    'osler.engine.libtorch': engine.libtorch,
    'osler.engine.capability': engine.capability,
    'osler.engine.threads': String(engine.threads),
    'osler.engine.device': engine.device,
    ...(stamps.length === 0 ? {} : { 'osler.stamps': stamps.join(', ') }),
    ...(group === null ? {} : { 'osler.group': group.id, 'osler.group.member': `${group.index + 1} of ${group.of}` }),
  };
}

/** The machine and the programs that a result came from. No host name, no user, no path. */
export function environmentFacts(record: RunRecord): Record<string, unknown> {
  return {
    system: { platform: platform(), release: release(), architecture: arch() },
    processor: { model: cpus()[0]?.model ?? null, cores: availableParallelism() },
    memoryBytes: totalmem(),
    node: process.version,
    osler: record.code,
    engine: record.engine,
    seed: record.seed,
    packages: packageVersions(),
  };
}

/** Of the packages that Osler names itself. */
function packageVersions(): Record<string, string> {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, `file://${ROOT}/`), 'utf8')) as PackageFile;
  const names = Object.keys(read('package.json').dependencies ?? {});
  return Object.fromEntries(
    names.flatMap((name) => {
      try {
        return [[name, read(`node_modules/${name}/package.json`).version ?? '']];
      } catch {
        return [];
      }
    }),
  );
}

interface PackageFile {
  version?: string;
  dependencies?: Record<string, string>;
}
