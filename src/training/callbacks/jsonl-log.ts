import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import type { LogLine } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

const State = z.object({ bytes: z.int().min(0) });

/**
 * The run's `log.jsonl`. A checkpoint remembers how long the file was; a resumed run cuts it there and writes the rest again,
 * so that the log of a run that was killed equals that of an undisturbed one.
 */
export class JsonlLog implements Callback {
  readonly name = 'log';
  private readonly path: string;
  private readonly file: number;
  private bytes = 0;

  /** Opens or makes the file. Lines of an earlier attempt go with the first checkpoint's state, or at once when there is none. */
  constructor(path: string) {
    this.path = path;
    this.file = openSync(path, 'a+');
  }

  /** For a run without a checkpoint: from the beginning. */
  reset(): void {
    ftruncateSync(this.file, 0);
    this.bytes = 0;
  }

  onStep(_fit: Fit, record: LogLine): void {
    this.write(record);
  }

  onEpochEnd(_fit: Fit, record: LogLine): void {
    this.write(record);
  }

  private write(line: LogLine): void {
    this.bytes += writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  /** What is in the checkpoint must be on the disk before it. */
  state(): unknown {
    fsyncSync(this.file);
    return { bytes: this.bytes };
  }

  loadState(state: unknown): void {
    const { bytes } = State.parse(state);
    const present = fstatSync(this.file).size;
    if (present < bytes) {
      throw new OslerError('DATA_INVALID', `${this.path} holds ${present} bytes; its checkpoint says ${bytes}.`, {
        hint: 'The log was shortened by hand; start a new run.',
      });
    }
    ftruncateSync(this.file, bytes);
    this.bytes = bytes;
  }

  close(): void {
    closeSync(this.file);
  }
}
