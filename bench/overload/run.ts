/**
 * What a server does under ten times the load that it can answer, and after it:
 *
 *     ./osler bench overload [--seconds 60] [--times 10] [--json]
 *
 * A deployment of EfficientNet-B0 at 224 px, 600x450 JPEGs. First what it can answer, by as many clients as are computed at once; then by
 * rate: 70% of that, `times` as much, 70% again. The load comes from a process of its own. Fails where what was accepted took twice as
 * long at its 99th percentile as at full use, something else came than answers and refusals, memory grew without bound, or the
 * server was not itself again after two seconds.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePhotographs } from '../photographs.ts';
import { makeDeployment } from '../serve/deployed.ts';
import type { Phase } from '../serve/open.ts';
import { costOf, startOsler } from '../serve/sides.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    times: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const CLIENTS = 16;
const CALM_SECONDS = 8;
/** Windows of a quarter of a second. */
const RECOVERY = 8;
const MOST_GROWTH_MB = 300;

const folder = await mkdtemp(join(tmpdir(), 'osler-bench-overload-'));
try {
  await makeDeployment(folder, 'efficientnet_b0', 224, 1, { live: [{ model: 'skin@1', weight: 1 }] });
  const images = await writePhotographs(join(folder, 'images'), 16, 600, 450);
  const server = await startOsler(['--deployment', 'derma'], { OSLER_HOME: folder });
  try {
    const lines = (script: string, ...args: string[]): Promise<string> =>
      output([here(`../serve/${script}`), server.url, ...args, ...images]);
    await lines('load.ts', String(CLIENTS), '3', '/v1/predict');
    const full = JSON.parse(await lines('load.ts', String(CLIENTS), String(CALM_SECONDS), '/v1/predict')) as {
      perSecond: number;
      p99: number;
    };
    const calm = 0.7 * full.perSecond;
    const before = (await costOf(server.pid)).residentMb;
    let most = before;
    const watch = setInterval(
      () => void costOf(server.pid).then(({ residentMb }) => (most = Math.max(most, residentMb))),
      500,
    );
    const plan = [
      `${calm}:${CALM_SECONDS}`,
      `${Number(options.times) * full.perSecond}:${options.seconds}`,
      `${calm}:${CALM_SECONDS}`,
    ];
    const phases = (await lines('open.ts', '/v1/predict', plan.join(','))).trim().split('\n');
    clearInterval(watch);
    const [normal, over, after] = phases.map((line) => JSON.parse(line) as Phase) as [Phase, Phase, Phase];
    report({ full, normal, over, after, before, most });
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface Measured {
  full: { perSecond: number; p99: number };
  normal: Phase;
  over: Phase;
  after: Phase;
  before: number;
  most: number;
}

function report({ full, normal, over, after, before, most }: Measured): void {
  const answered = over.statuses['200'] ?? 0;
  const refused = (over.statuses['429'] ?? 0) + (over.statuses['503'] ?? 0);
  const calmAgain = after.windows.findLastIndex(({ p99, refused: n }) => n > 0 || p99 > 2 * full.p99) + 1;
  const facts = {
    cpu: cpus()[0]?.model,
    capacity: full.perSecond,
    p99: { at70: normal.accepted.p99, full: full.p99, overload: over.accepted.p99, after: after.accepted.p99 },
    overload: {
      offered: over.rate,
      answered: answered / Number(options.seconds),
      refused: refused / Number(options.seconds),
      refusalP50: over.refused.p50,
      refusalP99: over.refused.p99,
      lost: over.sent - answered - refused,
    },
    memoryMb: { before, most },
    recoverySeconds: calmAgain / 4,
  };
  const faults = [
    ...(over.accepted.p99 < 2 * full.p99 ? [] : ['accepted answers took more than twice as long']),
    ...(facts.overload.lost === 0 ? [] : [`${facts.overload.lost} requests got neither an answer nor a refusal`]),
    ...(most - before < MOST_GROWTH_MB ? [] : [`memory grew by ${(most - before).toFixed(0)} MB`]),
    ...(calmAgain <= RECOVERY ? [] : [`it took ${calmAgain / 4} s to recover`]),
  ];
  if (options.json) process.stdout.write(`${JSON.stringify({ ...facts, faults }, null, 2)}\n`);
  else {
    const ms = (value: number): string => `${value.toFixed(0)} ms`;
    console.log(
      `capacity ${full.perSecond.toFixed(0)} answers/s; offered ${over.rate.toFixed(0)}/s for ${options.seconds} s`,
    );
    console.log(
      `p99 of what was accepted: ${ms(normal.accepted.p99)} at 70%, ${ms(full.p99)} at full use, ${ms(over.accepted.p99)} overloaded`,
    );
    console.log(
      `overloaded: ${facts.overload.answered.toFixed(0)} answered/s, ${facts.overload.refused.toFixed(0)} refused/s in ${ms(over.refused.p50)} (p99 ${ms(over.refused.p99)}), ${facts.overload.lost} lost`,
    );
    console.log(
      `memory ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most; itself again after ${facts.recoverySeconds} s`,
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
