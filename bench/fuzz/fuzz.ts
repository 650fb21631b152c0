/** Damaged images sent to a server, which must stay as it was. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { picture } from '../../src/serving/testing.ts';
import { mutant, originals } from './mutate.ts';
import { send } from './send.ts';
import type { FuzzTarget } from './servers.ts';

/** Bytes that a server may hold more than before: what is freed later, and what grows with the first requests alone. */
export const SLACK = 150 * 2 ** 20;

export interface ImageReport {
  requests: number;
  /** By status and code. */
  outcomes: Record<string, number>;
  /** What must not be: a status of 500 or more (but for lateness that was asked for), or no answer. */
  wrong: string[];
  /** Bytes resident after the first fifth, and at the end. */
  resident: { before: number; after: number };
}

/** @param count requests; so many at once as `atOnce`. */
export async function fuzzImages(
  { url, pid }: FuzzTarget,
  { count, seed, atOnce = 8 }: { count: number; seed: number; atOnce?: number },
): Promise<ImageReport> {
  const all = await originals();
  const first = await known(url);
  const report: ImageReport = { requests: 0, outcomes: {}, wrong: [], resident: { before: 0, after: 0 } };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const made = mutant(all, seed, number);
      const { path, status, outcome, hurried } = await send(url, made, seed, number);
      report.requests += 1;
      const kind = `${status} ${outcome}`;
      report.outcomes[kind] = (report.outcomes[kind] ?? 0) + 1;
      const late = hurried && kind === '504 DEADLINE_EXCEEDED';
      if (status === 0 || (status >= 500 && !late)) report.wrong.push(`${number} (${made.name}) to ${path}: ${kind}`);
      if (report.requests === Math.ceil(count / 5)) report.resident.before = await resident(pid);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  report.resident.after = await resident(pid);
  // As if nothing had been.
  assert.deepEqual(await known(url), first, 'the server answers otherwise than before');
  return report;
}

/** What the server says about a picture that is in order, by one variant always. */
async function known(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'x-osler-key': 'fuzz' },
    body: (await picture(1)) as unknown as NonNullable<RequestInit['body']>,
  });
  assert.equal(response.status, 200, await response.clone().text());
  const { requestId: _, ...answer } = (await response.json()) as Record<string, unknown>;
  return answer;
}

/** Bytes that a process holds. */
export async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1_024;
}
