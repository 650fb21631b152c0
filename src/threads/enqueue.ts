/** Something that waits for its turn. */
export interface Waiting {
  /** Smaller goes first. */
  rank: number;
  done: { reject(reason: unknown): void };
}

/** Puts a job behind all that go before it. Where `wanted` ends before its turn, it leaves the queue and fails with the signal's reason. */
export function enqueue<Job extends Waiting>(queue: Job[], job: Job, wanted?: AbortSignal): void {
  if (wanted?.aborted) {
    job.done.reject(wanted.reason);
    return;
  }
  queue.splice(queue.findLastIndex(({ rank }) => rank <= job.rank) + 1, 0, job);
  const leave = (): void => {
    const at = queue.indexOf(job);
    if (at < 0) return;
    queue.splice(at, 1);
    job.done.reject(wanted!.reason);
  };
  wanted?.addEventListener('abort', leave, { once: true });
}
