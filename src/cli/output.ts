import cliProgress from 'cli-progress';
import type { OnProgress } from '../progress.ts';
import pc from './colours.ts';
import { coloured } from './printable.ts';

/**
 * Where a command's words go. With `--json` stdout carries exactly one JSON document; everything else goes to stderr.
 */
export class Output {
  readonly asJson: boolean;
  /** Whether stdout has its document. */
  answered = false;
  private bar: cliProgress.SingleBar | undefined;
  private task = '';
  private lastPlain = 0;

  constructor(options: { json: boolean }) {
    this.asJson = options.json;
  }

  /** The result for scripts. Printed only with `--json`. */
  json(document: unknown): void {
    if (!this.asJson) return;
    this.answered = true;
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** A line of the result for people. Silent with `--json`. */
  line(text = ''): void {
    this.endBar();
    if (!this.asJson) process.stdout.write(`${coloured(text)}\n`);
  }

  /** A remark about the work, not the result: always to stderr. */
  log(text: string): void {
    this.endBar();
    process.stderr.write(`${coloured(text)}\n`);
  }

  warn(text: string): void {
    this.log(`${pc.yellow('warning')} ${text}`);
  }

  /** A bar on a terminal, a line every few seconds elsewhere. */
  readonly progress: OnProgress = ({ task, done, total, note }) => {
    if (process.stderr.isTTY) {
      if (this.task !== task) {
        this.endBar();
        this.task = task;
        this.bar = new cliProgress.SingleBar(
          {
            stream: process.stderr,
            format: `${task} ${pc.cyan('{bar}')} {value}/{total} {note} {duration_formatted}`,
            hideCursor: true,
            barsize: 24,
            clearOnComplete: false,
            gracefulExit: false,
          },
          cliProgress.Presets.rect,
        );
        this.bar.start(total ?? done, done, { note: note ?? '' });
      }
      if (total !== undefined) this.bar?.setTotal(total);
      this.bar?.update(done, { note: note ?? '' });
      if (total !== undefined && done >= total) this.endBar();
      return;
    }
    const now = Date.now();
    const finished = total !== undefined && done >= total;
    if (!finished && this.task === task && now - this.lastPlain < 5_000) return;
    this.task = task;
    this.lastPlain = now;
    process.stderr.write(`${task} ${done}${total === undefined ? '' : `/${total}`}${note ? ` ${note}` : ''}\n`);
  };

  endBar(): void {
    this.bar?.stop();
    this.bar = undefined;
    this.task = '';
  }
}
