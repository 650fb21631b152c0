import { readFileSync } from 'node:fs';
import { curvesToSvg } from '../curves.ts';
import { writeAtomicSync } from '../files.ts';
import { parseLog } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

/** Draws the run's curves anew: at most every ten seconds, and at the end. Stands after the log, which it reads. */
export class Curves implements Callback {
  readonly name = 'curves';
  private readonly files: { log: string; svg: string };
  private readonly title: string;
  private readonly now: () => number;
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(files: { log: string; svg: string }, title: string, now: () => number = () => performance.now()) {
    this.files = files;
    this.title = title;
    this.now = now;
  }

  onEpochEnd(_fit: Fit): void {
    if (this.now() - this.drawn >= 10_000) this.draw();
  }

  draw(): void {
    this.drawn = this.now();
    writeAtomicSync(this.files.svg, curvesToSvg(this.title, parseLog(readFileSync(this.files.log, 'utf8'))));
  }
}
