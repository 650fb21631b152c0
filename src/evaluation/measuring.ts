import { Thread } from '../threads/thread.ts';
import type { JOBS } from './thread-jobs.ts';

type Jobs = typeof JOBS;

/**
 * Measures in a thread of its own, so that the one that asks stays awake: a measurement blocks its thread until all resamples are
 * drawn, which a person who presses Ctrl-C does not wait for. Aborting ends the thread, and what was asked of it throws the signal's
 * reason. What the jobs throw comes out as it is.
 */
export class Measuring implements AsyncDisposable {
  private readonly thread = new Thread<unknown, unknown>(new URL('./thread-jobs.ts', import.meta.url), 'measuring');
  private readonly signal: AbortSignal | undefined;
  private readonly stop = () => void this.thread.close();

  constructor(signal?: AbortSignal) {
    this.signal = signal;
    signal?.addEventListener('abort', this.stop, { once: true });
  }

  readonly evaluate = (...args: Parameters<Jobs['evaluate']>) => this.ask('evaluate', args);
  readonly compare = (...args: Parameters<Jobs['compare']>) => this.ask('compare', args);
  readonly measure = (...args: Parameters<Jobs['measure']>) => this.ask('measure', args);
  readonly measureSubgroups = (...args: Parameters<Jobs['measureSubgroups']>) => this.ask('measureSubgroups', args);
  readonly spreads = (...args: Parameters<Jobs['spreads']>) => this.ask('spreads', args);
  readonly exposureOf = (...args: Parameters<Jobs['exposureOf']>) => this.ask('exposureOf', args);
  readonly subgroupsOf = (...args: Parameters<Jobs['subgroupsOf']>) => this.ask('subgroupsOf', args);

  private async ask<J extends keyof Jobs>(job: J, args: Parameters<Jobs[J]>): Promise<ReturnType<Jobs[J]>> {
    this.signal?.throwIfAborted();
    try {
      return (await this.thread.ask({ job, args })) as ReturnType<Jobs[J]>;
    } catch (error) {
      this.signal?.throwIfAborted();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal?.removeEventListener('abort', this.stop);
    await this.thread.close();
  }
}
