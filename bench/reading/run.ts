/**
 * What a person who compares many runs waits for: 100 runs of 10,000 steps each, drawn from curves that the database samples, over HTTP,
 * on SQLite and, where Debian's PostgreSQL is installed, on PostgreSQL. Nothing to compare with: MLflow's server has no such request.
 *
 *     ./osler bench reading [--runs 100] [--steps 10000] [--times 15] [--json]
 */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/store/store.ts';
import { postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { serve } from './serve.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    steps: { type: 'string', default: '10000' },
    times: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
});
const RUNS = Number(options.runs);
const STEPS = Number(options.steps);
const TIMES = Number(options.times);

interface Row {
  engine: string;
  what: string;
  bytes: number;
  median: number;
  slowest: number;
  /** Of the server's process, per answer; steadier than the time on a busy machine. PostgreSQL's own processes are not in it. */
  cpuMilliseconds: number | null;
}

async function fill(home: string, url: string | undefined): Promise<string[]> {
  await using store = await openStore(home, url);
  const ids: string[] = [];
  for (let r = 0; r < RUNS; r++) {
    const { id } = await store.tracked.start({ experimentId: 0, name: `run ${r}`, startedAt: r });
    ids.push(id);
    for (let from = 0; from < STEPS; from += 1_000) {
      const metrics = Array.from({ length: Math.min(1_000, STEPS - from) }, (_, i) => {
        const step = from + i;
        return { key: 'loss', step, timestamp: step, value: 1 / (1 + step / 500) + 0.05 * Math.sin(step * (r + 1)) };
      });
      await store.logs.write(id, { metrics, params: from === 0 ? [{ key: 'lr', value: String(r / 1_000) }] : [] });
    }
  }
  return ids;
}

/** Milliseconds of processor time so far; NaN where there is no /proc. */
function cpuOf({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // In ticks of a hundredth of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

async function measure(engine: string, home: string, databaseUrl: string | undefined): Promise<Row[]> {
  process.stderr.write(`${engine}: writing ${RUNS} runs of ${STEPS} steps\n`);
  const ids = await fill(home, databaseUrl);
  const { child, url } = await serve(home, databaseUrl);
  try {
    const some = ids.map((id) => `run=${id}`).join('&');
    const asked: [what: string, path: string][] = [
      ['curves of all runs, 200 points', `/v1/compare/curves?${some}&key=loss&points=200`],
      ['curves of all runs, 500 points', `/v1/compare/curves?${some}&key=loss&points=500`],
      ['their settings side by side', `/v1/compare/settings?${some}`],
      ['one run, 1,000 points', `/v1/runs/${ids[0]}/curves?points=1000`],
    ];
    const rows: Row[] = [];
    for (const [what, path] of asked) {
      const times: number[] = [];
      let bytes = 0;
      let cpu = 0;
      for (let i = 0; i < TIMES + 2; i++) {
        if (i === 2) cpu = cpuOf(child);
        const started = performance.now();
        const answer = await fetch(`${url}${path}`);
        bytes = (await answer.arrayBuffer()).byteLength;
        if (!answer.ok) throw new Error(`${path.slice(0, 40)}: ${answer.status}`);
        // The first two warm caches and compilers.
        if (i >= 2) times.push(performance.now() - started);
      }
      times.sort((a, b) => a - b);
      const cpuMilliseconds = Number.isNaN(cpu) ? null : (cpuOf(child) - cpu) / TIMES;
      rows.push({
        engine,
        what,
        bytes,
        median: times[Math.floor(times.length / 2)]!,
        slowest: times.at(-1)!,
        cpuMilliseconds,
      });
    }
    return rows;
  } finally {
    child.kill();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'osler-bench-reading-'));
const rows: Row[] = [];
try {
  rows.push(...(await measure('SQLite', join(folder, 'sqlite'), undefined)));
  const programs = postgresPrograms();
  if (programs === undefined) process.stderr.write('PostgreSQL is not installed: left out\n');
  else {
    const server = await startPostgres(programs);
    try {
      rows.push(...(await measure('PostgreSQL', join(folder, 'postgres'), await server.database())));
    } finally {
      server.stop();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else {
  for (const { engine, what, bytes, median, slowest, cpuMilliseconds } of rows)
    process.stdout.write(
      `${engine.padEnd(11)} ${what.padEnd(32)} median ${median.toFixed(0).padStart(5)} ms  slowest ${slowest.toFixed(0).padStart(5)} ms  processor ${(cpuMilliseconds ?? Number.NaN).toFixed(0).padStart(4)} ms  ${(bytes / 1e6).toFixed(2)} MB\n`,
    );
}
