/**
 * Hours of a server's life: 70% of what it can answer (`--load`), while versions, weights and canaries change every few seconds.
 *
 *     ./osler bench soak [--minutes 60] [--load 0.7] [--model efficientnet_b0] [--size 224] [--every 3] [--json]
 *
 * Reloads, rollbacks, changes of weights, canaries and shadows go over the API in turn. Fails where one request failed, one in a hundred was
 * refused (another program needed the machine), one change was refused, or memory rose from the second third of the time to the last by more than a tenth.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePhotographs } from '../photographs.ts';
import { makeDeployment } from '../serve/deployed.ts';
import type { Phase } from '../serve/open.ts';
import { costOf, startOsler } from '../serve/sides.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    load: { type: 'string', default: '0.7' },
    model: { type: 'string', default: 'efficientnet_b0' },
    size: { type: 'string', default: '224' },
    every: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const seconds = Number(options.minutes) * 60;
/** Of its requests. */
const MOST_REFUSED = 0.01;
/** Of its memory over the time. */
const MOST_GROWTH = 1.1;

/** What a change every few seconds is, in turn. */
const CHANGES: { method: string; path: string; body: object }[] = [
  { method: 'PATCH', path: '', body: { live: [{ model: 'skin@2' }], why: 'reload' } },
  {
    method: 'PATCH',
    path: '',
    body: {
      live: [
        { model: 'skin@1', weight: 70 },
        { model: 'skin@2', weight: 30 },
      ],
      why: 'compare',
    },
  },
  {
    method: 'PATCH',
    path: '',
    body: {
      live: [
        { model: 'skin@1', weight: 30 },
        { model: 'skin@2', weight: 70 },
      ],
      why: 'weights',
    },
  },
  { method: 'POST', path: '/rollback', body: { why: 'back' } },
  {
    method: 'POST',
    path: '/canary',
    body: { model: 'skin@3', plan: { steps: [20, 60], minRequests: 1e6 }, why: 'try it' },
  },
  { method: 'POST', path: '/rollback', body: { why: 'canary ends' } },
  {
    method: 'PATCH',
    path: '',
    body: { live: [{ model: 'skin@3' }], shadows: ['skin@1'], why: 'all new, with a shadow' },
  },
  { method: 'PATCH', path: '', body: { live: [{ model: 'skin@1' }], shadows: [], why: 'all old' } },
];

const folder = await mkdtemp(join(tmpdir(), 'osler-bench-soak-'));
try {
  const { model, size } = options;
  await makeDeployment(folder, model, Number(size), 3, { live: [{ model: 'skin@1', weight: 1 }] });
  const images = await writePhotographs(join(folder, 'images'), 16, 600, 450);
  const server = await startOsler(['--deployment', 'derma'], { OSLER_HOME: folder });
  try {
    const run = (script: string, ...args: string[]): Promise<string> =>
      output([here(`../serve/${script}`), server.url, ...args, ...images]);
    const full = JSON.parse(await run('load.ts', '8', '4', '/v1/predict')) as { perSecond: number };
    let over = false;
    const memory: number[] = [];
    const changes = { made: 0, refused: [] as string[] };
    const change = async (): Promise<void> => {
      for (let i = 0; !over; i++) {
        const { method, path, body } = CHANGES[i % CHANGES.length]!;
        const answer = await fetch(`${server.url}/v1/deployments/derma${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (answer.ok) changes.made += 1;
        else changes.refused.push(`${method} ${path}: ${await answer.text()}`);
        await sleep(Number(options.every) * 1000);
      }
    };
    const watch = async (): Promise<void> => {
      while (!over) {
        memory.push((await costOf(server.pid)).residentMb);
        await sleep(1000);
      }
    };
    const rate = Number(options.load) * full.perSecond;
    const loaded = run('open.ts', '/v1/predict', `${rate}:${seconds}`).finally(() => {
      over = true;
    });
    await Promise.all([change(), watch(), loaded]);
    report(JSON.parse(await loaded) as Phase, memory, changes);
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function report(phase: Phase, memory: number[], changes: { made: number; refused: string[] }): void {
  const answered = phase.statuses['200'] ?? 0;
  const refused = phase.statuses['429'] ?? 0;
  const third = Math.ceil(memory.length / 3);
  const mean = (part: number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
  // The start's own growth is not what is asked for.
  const [early, late] = [mean(memory.slice(third, 2 * third)), mean(memory.slice(-third))];
  const facts = {
    cpu: cpus()[0]?.model,
    minutes: seconds / 60,
    rate: phase.rate,
    requests: phase.sent,
    failed: phase.sent - answered - refused,
    refused,
    statuses: phase.statuses,
    p50: phase.accepted.p50,
    p99: phase.accepted.p99,
    changes: changes.made,
    memoryMb: { second: early, last: late, most: Math.max(...memory) },
  };
  const faults = [
    ...(facts.failed === 0 ? [] : [`${facts.failed} requests failed: ${JSON.stringify(phase.statuses)}`]),
    ...(refused <= MOST_REFUSED * phase.sent ? [] : [`${refused} requests were refused`]),
    ...changes.refused.slice(0, 5),
    ...(late <= MOST_GROWTH * early ? [] : [`memory rose from ${early.toFixed(0)} to ${late.toFixed(0)} MB`]),
  ];
  if (options.json) process.stdout.write(`${JSON.stringify({ ...facts, faults }, null, 2)}\n`);
  else {
    console.log(
      `${facts.minutes} minutes at ${phase.rate.toFixed(0)} requests/s: ${phase.sent} requests, ${facts.failed} failed, ${refused} refused; p50 ${facts.p50.toFixed(0)}, p99 ${facts.p99.toFixed(0)} ms; ${changes.made} changes`,
    );
    console.log(
      `memory ${early.toFixed(0)} MB in the second third, ${late.toFixed(0)} in the last, ${facts.memoryMb.most.toFixed(0)} at most`,
    );
  }
  if (faults.length === 0) return;
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
}

async function output(args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text;
}
