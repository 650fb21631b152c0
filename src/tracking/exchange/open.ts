import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../../errors.ts';
import { mlflowClient, type TrackingAccess } from '../access.ts';
import { csvSink, csvSource } from './csv.ts';
import { mlflowFilesSource } from './mlflow-files.ts';
import { mlflowFilesSink } from './mlflow-files-sink.ts';
import { mlflowServerSink, mlflowServerSource } from './mlflow-server.ts';
import type { Sink, Source } from './run.ts';
import { hasEvents, isEventFile, tensorboardSink, tensorboardSource } from './tensorboard.ts';
import { wandbFiles, wandbSink, wandbSource } from './wandb.ts';

export const KINDS = ['mlflow', 'wandb', 'tensorboard', 'csv'] as const;
export type Kind = (typeof KINDS)[number];

export interface ExchangeOptions {
  experiment?: string;
}

const TIMEOUT_MS = 60_000;
const isUrl = (place: string): boolean => /^https?:\/\//.test(place);

/** What lies there, by how it looks. Throws NOT_FOUND, USAGE when it is none of them. */
export async function kindOf(place: string): Promise<Kind> {
  if (isUrl(place)) return 'mlflow';
  if (!existsSync(place)) throw new OslerError('NOT_FOUND', `There is no ${place}.`);
  if (statSync(place).isFile()) {
    if (place.endsWith('.csv')) return 'csv';
    if (place.endsWith('.wandb')) return 'wandb';
    if (isEventFile(place)) return 'tensorboard';
  } else {
    const names = await readdir(place);
    if (names.some((name) => existsSync(join(place, name, 'meta.yaml')))) return 'mlflow';
    if ((await wandbFiles(place)).length > 0) return 'wandb';
    if (names.some((name) => name.endsWith('.csv'))) return 'csv';
    if (await hasEvents(place)) return 'tensorboard';
  }
  throw new OslerError('USAGE', `${place} is nothing that runs can be read from.`, {
    hint: `Known are: the http:// address of an MLflow server, an mlruns folder, W&B's wandb folder or .wandb file, TensorBoard's event files, CSV.`,
  });
}

export function openSource(kind: Kind, place: string, options: ExchangeOptions, access: TrackingAccess): Source {
  switch (kind) {
    case 'mlflow':
      return isUrl(place)
        ? mlflowServerSource(mlflowClient(place, TIMEOUT_MS, access), options)
        : mlflowFilesSource(place, options);
    case 'wandb':
      return wandbSource(place, options);
    case 'tensorboard':
      return tensorboardSource(place, options);
    case 'csv':
      return csvSource(place, options);
  }
}

export function openSink(kind: Kind, place: string, options: ExchangeOptions, access: TrackingAccess): Sink {
  if (isUrl(place) && kind !== 'mlflow')
    throw new OslerError('USAGE', `Runs go to ${place} as mlflow, not as ${kind}.`);
  switch (kind) {
    case 'mlflow':
      return isUrl(place)
        ? mlflowServerSink(mlflowClient(place, TIMEOUT_MS, access), options)
        : mlflowFilesSink(place, options);
    case 'wandb':
      return wandbSink(place, options);
    case 'tensorboard':
      return tensorboardSink(place, options);
    case 'csv':
      return csvSink(place, options);
  }
}
