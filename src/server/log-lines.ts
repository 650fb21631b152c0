import { write as writeCallback, writeSync } from 'node:fs';

/**
 * Lines to a file descriptor, behind the back of whoever writes them. What can't be written is dropped: a disk that is full, a reader
 * that went away or stands still may neither hold up a server nor fill its memory nor keep it from ending. (pino's own destination tries
 * again for ever when its process ends.)
 */
export class LogLines {
  private readonly descriptor: number;
  private readonly most: number;
  private waiting: string[] = [];
  private bytes = 0;
  private writing = false;
  /** What is left of a write that a reader who stands still has not taken. */
  private held: Buffer | undefined;
  /** Lines that nobody will ever read. */
  dropped = 0;

  /** @param most bytes that wait for a reader; more are dropped. */
  constructor(descriptor: number, most: number) {
    this.descriptor = descriptor;
    this.most = most;
  }

  write(line: string): void {
    if (this.bytes + line.length > this.most) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(line);
    this.bytes += line.length;
    if (!this.writing) this.next();
  }

  /** A reader stands still: it is tried again. */
  get isHeldUp(): boolean {
    return this.held !== undefined;
  }

  /** What waits, in one attempt, for the end of a process: it waits for nobody. */
  flushSync(): void {
    // A line that is there in part comes first, or it and the next would be one.
    let rest = Buffer.concat([this.held ?? Buffer.alloc(0), Buffer.from(this.take())]);
    this.held = undefined;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.descriptor, rest));
    } catch {
      // There is nobody to tell.
      this.dropped += 1;
    }
  }

  private next(): void {
    if (this.waiting.length === 0) return;
    this.writing = true;
    this.send(Buffer.from(this.take()));
  }

  private send(bytes: Buffer): void {
    writeCallback(this.descriptor, bytes, (error, written) => {
      if (error === null && written < bytes.length) {
        this.send(bytes.subarray(written));
        return;
      }
      if (error?.code === 'EAGAIN') {
        this.held = bytes;
        setTimeout(() => this.again(), 100).unref();
        return;
      }
      if (error !== null) this.dropped += 1;
      this.writing = false;
      this.next();
    });
  }

  private again(): void {
    const bytes = this.held ?? Buffer.from(this.take());
    this.held = undefined;
    this.send(bytes);
  }

  private take(): string {
    const text = this.waiting.join('');
    this.waiting = [];
    this.bytes = 0;
    return text;
  }
}
