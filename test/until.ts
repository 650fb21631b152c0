/** Waiting for what is to come, instead of for a time: a machine that has much else to do only takes longer. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What `ask` says once it says something (neither false nor undefined). Throws, with `what` was waited for, after `seconds`. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { seconds = 60, everyMs = 10 }: { seconds?: number; everyMs?: number } = {},
): Promise<Exclude<T, false | undefined>> {
  for (const end = performance.now() + seconds * 1_000; ; await sleep(everyMs)) {
    const said = await ask();
    if (said !== false && said !== undefined) return said as Exclude<T, false | undefined>;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
  }
}
