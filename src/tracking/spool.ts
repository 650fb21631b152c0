import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { eventLine, parseEvent, type TrackEvent } from './events.ts';
import type { RemoteState } from './remote.ts';

const State = z.object({
  format: z.literal('osler-spool/1'),
  /** Bytes of the file that have reached the other side. */
  sent: z.int().min(0),
  /** What the sender remembers between processes: the other side's ids, counters. */
  remote: z.record(z.string(), z.json()),
  /** Why the last attempt failed. */
  problem: z.string().nullable(),
});

/** What was read: events in order, and where the next ones begin. */
export interface Batch {
  events: TrackEvent[];
  end: number;
}

/**
 * A file of events between a training and a server. Events are appended at once, and read again only to be sent, a bounded piece at
 * a time: memory does not grow with what is unsent. What was sent is remembered in a file beside it, so another process can go on.
 */
export class Spool {
  readonly folder: string;
  readonly target: string;
  private readonly file: number;
  private readonly statePath: string;
  private state: z.infer<typeof State>;
  private size: number;

  /**
   * Opens or makes `folder/target.jsonl`. A last line that a kill cut off is taken away.
   * Throws DATA_INVALID when the state beside it is none.
   */
  constructor(folder: string, target: string) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.target = target;
    this.statePath = join(folder, `${target}.state.json`);
    this.state = readState(this.statePath);
    this.file = openSync(join(folder, `${target}.jsonl`), 'a+');
    this.size = wholeLines(this.file);
    ftruncateSync(this.file, this.size);
    // The file is the truth: a power cut may have taken lines that had been sent.
    if (this.state.sent > this.size) this.state = { ...this.state, sent: this.size };
  }

  static exists(folder: string, target: string): boolean {
    return existsSync(join(folder, `${target}.jsonl`));
  }

  /** On the disk (of the operating system) when it returns. Throws what writing throws. */
  append(event: TrackEvent): void {
    const bytes = Buffer.from(eventLine(event));
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.file, bytes, done);
    } catch (error) {
      // No half line: the next one would be lost with it.
      if (done > 0) ftruncateSync(this.file, this.size);
      throw error;
    }
    this.size += bytes.length;
  }

  get unsent(): number {
    return this.size - this.state.sent;
  }

  get bytes(): number {
    return this.size;
  }

  /** The next unsent events: whole lines of at most `maxBytes` together, or one longer line. */
  next(maxBytes: number): Batch {
    return this.read(this.state.sent, maxBytes);
  }

  /** All events from the file's beginning, a piece at a time. */
  *all(): Generator<TrackEvent, void, undefined> {
    for (let at = 0; at < this.size; ) {
      const { events, end } = this.read(at, 1 << 20);
      yield* events;
      at = end;
    }
  }

  private read(from: number, maxBytes: number): Batch {
    for (let want = Math.min(maxBytes, this.size - from); want > 0; want = Math.min(want * 4, this.size - from)) {
      const bytes = Buffer.alloc(want);
      const got = readSync(this.file, bytes, 0, want, from);
      const last = bytes.lastIndexOf(0x0a, got - 1);
      if (last >= 0) {
        const lines = bytes.toString('utf8', 0, last).split('\n');
        return { events: lines.map(parseEvent), end: from + last + 1 };
      }
      if (want === this.size - from) break;
    }
    return { events: [], end: from };
  }

  get remote(): Readonly<Record<string, unknown>> {
    return this.state.remote;
  }

  get problem(): string | null {
    return this.state.problem;
  }

  /** Everything before `end` has reached the other side. */
  acknowledge(end: number, remote: RemoteState): void {
    this.save({ ...this.state, sent: end, remote, problem: null });
  }

  remember(remote: RemoteState): void {
    this.save({ ...this.state, remote });
  }

  fail(problem: string): void {
    if (problem !== this.state.problem) this.save({ ...this.state, problem });
  }

  /** A line in `target.refused.jsonl`: what the other side will never take, and why. */
  refuse(what: unknown, why: string): void {
    const file = openSync(join(this.folder, `${this.target}.refused.jsonl`), 'a');
    writeSync(file, `${JSON.stringify({ why, what })}\n`);
    closeSync(file);
  }

  close(): void {
    closeSync(this.file);
  }

  private save(state: z.infer<typeof State>): void {
    // Renamed, so never half; not forced to the disk: what is sent twice after a power cut counts once.
    const temporary = `${this.statePath}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(state));
      renameSync(temporary, this.statePath);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    this.state = state;
  }
}

function readState(path: string): z.infer<typeof State> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { format: 'osler-spool/1', sent: 0, remote: {}, problem: null };
  }
  try {
    return State.parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not the state of a spool.`, {
      hint: 'Delete it to send everything again: what has arrived counts once.',
      cause,
    });
  }
}

/** Bytes up to the last line feed. */
function wholeLines(file: number): number {
  const { size } = fstatSync(file);
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const got = readSync(file, chunk, 0, end - start, start);
    const at = chunk.lastIndexOf(0x0a, got - 1);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
