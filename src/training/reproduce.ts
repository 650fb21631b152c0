import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findRecord } from '../data/dataset.ts';
import { OslerError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { runDir, runLogFile } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { readSafetensorsRaw } from '../torch/index.ts';
import { CheckpointStore } from './checkpoint.ts';
import { codeDifference, codeVersion } from './code-version.ts';
import { TrainConfig } from './config.ts';
import { runInChild } from './launch.ts';
import { lockRun } from './lock.ts';
import { firstDifference, parseLog } from './log.ts';
import { ENGINE_FACTS } from './messages.ts';

export interface Reproduction {
  run: string;
  /** Optimiser steps and epochs whose numbers were compared. */
  steps: number;
  epochs: number;
  /** Tensors of the last and the best checkpoint that were compared, byte by byte. */
  tensors: number;
  seconds: number;
}

export interface ReproduceDeps {
  home: string;
  /** Osler's own. */
  version: string;
  onProgress?: OnProgress;
  onLine?: (text: string) => void;
  onWarning?: (text: string) => void;
  signal?: AbortSignal;
}

/**
 * Trains a finished run again from its record, beside it, and compares every logged number and all weights bit for bit.
 * Throws NOT_REPRODUCED naming the first difference; the second training is then kept in the run's folder to be looked at.
 */
export async function reproduce(run: RunRecord, deps: ReproduceDeps): Promise<Reproduction> {
  if (run.status !== 'finished') {
    throw new OslerError(
      'USAGE',
      `Run ${run.id.slice(0, 8)} is ${run.status}: only a finished run can be reproduced.`,
      {
        hint: `Finish it first: osler train --resume ${run.id}`,
      },
    );
  }
  const dataset = `${run.dataset.name}@${run.dataset.version}`;
  const { digest } = await findRecord(deps.home, dataset);
  if (digest !== run.dataset.digest) {
    throw new OslerError(
      'NOT_REPRODUCED',
      `Dataset ${dataset} is not the one that the run was trained on: digest ${digest.slice(0, 12)}, recorded ${run.dataset.digest.slice(0, 12)}.`,
    );
  }
  const original = runDir(deps.home, run.id);
  const folder = join(original, 'reproduction');
  const free = await lockRun(original);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    // What may explain a difference, should there be one.
    const reasons: string[] = [];
    const changes = codeDifference(run.code, await codeVersion(deps.version));
    if (changes !== null) reasons.push(changes);
    const result = await runInChild(
      {
        kind: 'train',
        home: deps.home,
        run: run.id,
        folder,
        title: `${run.name} again`,
        config: TrainConfig.parse(run.config),
        dataset,
        threads: run.engine.threads,
        preprocess: null,
        asks: false,
      },
      {
        onProgress: deps.onProgress,
        onLine: deps.onLine,
        signal: deps.signal,
        onReady: async (ready) => {
          for (const key of ENGINE_FACTS) {
            if (ready.engine[key] === run.engine[key]) continue;
            reasons.push(`engine ${key} was ${run.engine[key]}, now ${ready.engine[key]}`);
            deps.onWarning?.(reasons.at(-1)!);
          }
        },
      },
    );
    if (result.outcome === 'interrupted')
      throw new OslerError('INTERRUPTED', 'The reproduction was stopped; nothing was compared.');
    const lines = parseLog(readFileSync(runLogFile(deps.home, run.id), 'utf8'));
    const difference = firstDifference(lines, parseLog(readFileSync(join(folder, 'log.jsonl'), 'utf8')));
    if (difference !== null) throw notReproduced(run, difference, reasons, folder);
    let tensors = 0;
    for (const name of ['best', 'last'] as const) {
      const compared = compareWeights(new CheckpointStore(original).path(name), new CheckpointStore(folder).path(name));
      if (typeof compared === 'string') throw notReproduced(run, `${name} checkpoint: ${compared}`, reasons, folder);
      tensors += compared;
    }
    await rm(folder, { recursive: true, force: true });
    const epochs = lines.filter((line) => line.type === 'epoch').length;
    return { run: run.id, steps: lines.length - epochs, epochs, tensors, seconds: result.seconds };
  } finally {
    free();
  }
}

function notReproduced(run: RunRecord, difference: string, reasons: string[], folder: string): OslerError {
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return new OslerError('NOT_REPRODUCED', `Run ${run.id.slice(0, 8)} was not reproduced: ${difference}${why}.`, {
    hint: `The second training is kept in ${folder}. Another machine, engine, thread count or version of Osler gives other bits.`,
  });
}

/** Number of tensors that are equal, or the first difference in words. Both files of a checkpoint. */
function compareWeights(expected: string, actual: string): number | string {
  let count = 0;
  for (const file of ['model.safetensors', 'optimizer.safetensors']) {
    const a = readSafetensorsRaw(join(expected, file));
    const b = readSafetensorsRaw(join(actual, file));
    const names = new Set([...a.keys(), ...b.keys()]);
    for (const name of names) {
      const [x, y] = [a.get(name), b.get(name)];
      if (x === undefined || y === undefined)
        return `tensor ${name} is only in the ${x === undefined ? 'new' : 'recorded'} one`;
      const left = Buffer.from(x.data.buffer, x.data.byteOffset, x.data.byteLength);
      const right = Buffer.from(y.data.buffer, y.data.byteOffset, y.data.byteLength);
      if (!left.equals(right)) {
        const at = x.data.findIndex((value: number | bigint, i: number) => !Object.is(value, y.data[i]));
        return `tensor ${name}[${at}] was ${x.data[at]}, now ${y.data[at]}`;
      }
      count += 1;
    }
  }
  return count;
}
