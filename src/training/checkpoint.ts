import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../torch/index.ts';
import { syncPath, writeAtomicSync } from './files.ts';

/** Everything of a training that is not a tensor. */
export const TrainingState = z.object({
  format: z.literal('osler-checkpoint/1'),
  run: z.string(),
  /** Epochs done. */
  epoch: z.int(),
  /** Batches of the next epoch that are done. */
  batch: z.int(),
  /** Optimiser steps done. */
  step: z.int(),
  /** True when nothing is left to train. */
  done: z.boolean(),
  /** The engine's generator, base64. */
  rng: z.string(),
  optimiser: z.unknown(),
  /** Sums of the epoch so far, for its mean training loss. */
  running: z.object({ loss: z.number(), samples: z.int() }),
  best: z.object({ epoch: z.int(), metric: z.string(), value: z.number() }).nullable(),
  plateau: z.object({ best: z.number().nullable(), bad: z.int(), factor: z.number() }).nullable(),
  callbacks: z.record(z.string(), z.unknown()),
  /** Spent so far, over all resumptions. */
  seconds: z.number(),
  images: z.int(),
  trainSeconds: z.number(),
});
export type TrainingState = z.infer<typeof TrainingState>;

export interface CheckpointTensors {
  /** What is evaluated, exported and served: the average where there is one, else the weights. */
  model: Map<string, Tensor>;
  /** What only the training goes on with: the optimiser's state, the raw weights beside an average. */
  training: Map<string, Tensor>;
}

export type CheckpointName = 'best' | 'last';

/**
 * A run's checkpoints: `checkpoints/<name>` is a link to a folder with model.safetensors, optimizer.safetensors and state.json.
 * A folder is complete before a link points at it, and links are exchanged by rename: whoever reads while a training
 * writes, or after a kill, finds an old or a new checkpoint, whole. Folders without a link are removed.
 */
export class CheckpointStore {
  readonly folder: string;

  constructor(runFolder: string) {
    this.folder = join(runFolder, 'checkpoints');
  }

  write(names: readonly CheckpointName[], tensors: CheckpointTensors, state: TrainingState): void {
    mkdirSync(this.folder, { recursive: true });
    const name = `step-${String(state.step).padStart(8, '0')}-${randomBytes(4).toString('hex')}`;
    const temporary = join(this.folder, `.${name}.tmp`);
    mkdirSync(temporary);
    writeSafetensors(join(temporary, 'model.safetensors'), tensors.model, { format: 'osler', run: state.run });
    writeSafetensors(join(temporary, 'optimizer.safetensors'), tensors.training, { format: 'osler', run: state.run });
    writeAtomicSync(join(temporary, 'state.json'), `${JSON.stringify(state, null, 1)}\n`);
    renameSync(temporary, join(this.folder, name));
    syncPath(this.folder);
    for (const link of names) {
      const next = join(this.folder, `.${link}.${randomBytes(4).toString('hex')}.tmp`);
      symlinkSync(name, next);
      renameSync(next, join(this.folder, link));
    }
    syncPath(this.folder);
    this.prune();
  }

  has(name: CheckpointName): boolean {
    return existsSync(join(this.folder, name, 'state.json'));
  }

  /** Throws NOT_FOUND where there is none, DATA_INVALID where it is damaged. */
  readState(name: CheckpointName): TrainingState {
    const path = join(this.path(name), 'state.json');
    try {
      return TrainingState.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      throw new OslerError('DATA_INVALID', `${path} is not a checkpoint of this version of Osler.`, { cause });
    }
  }

  /** The tensors belong to the caller's scope. */
  readTensors(name: CheckpointName): CheckpointTensors {
    const path = this.path(name);
    return {
      model: readSafetensors(join(path, 'model.safetensors')),
      training: readSafetensors(join(path, 'optimizer.safetensors')),
    };
  }

  /** Folder of a checkpoint. Throws NOT_FOUND. */
  path(name: CheckpointName): string {
    if (!this.has(name)) {
      throw new OslerError('NOT_FOUND', `There is no checkpoint '${name}' in ${this.folder}.`, {
        hint: 'The training was stopped before it wrote one; `osler train --resume RUN` goes on with it.',
      });
    }
    return join(this.folder, name);
  }

  /** Removes what no link points at: older checkpoints, and leftovers of a kill. */
  private prune(): void {
    const links = new Set<string>();
    const entries = readdirSync(this.folder, { withFileTypes: true });
    for (const e of entries) {
      if (e.isSymbolicLink() && !e.name.startsWith('.')) links.add(basename(readlinkSync(join(this.folder, e.name))));
    }
    for (const e of entries) {
      const stale = e.name.startsWith('.') || (e.isDirectory() && !links.has(e.name));
      if (stale) rmSync(join(this.folder, e.name), { recursive: true, force: true });
    }
  }
}
