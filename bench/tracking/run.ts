/**
 * The server of experiments against MLflow's own on the same machine in one run, on SQLite and on PostgreSQL:
 *
 *     ./osler bench tracking [--engines sqlite,postgresql] [--seconds 5] [--runs 100000] [--workers 1] [--skip limits] [--json]
 *
 * Both answer the same bytes over HTTP. A batch is 1,000 metrics: of 10 names at 100 steps, or of 1,000 names at one step. PostgreSQL
 * is a server with its default settings, on the same disk for both, and reached by both through its Unix socket. `limits` (Osler alone):
 * 1,000,000 steps of one metric, 12,000 metrics in one run, 30,000 runs in one experiment, with the server's memory. `commit`: what a lone
 * client of PostgreSQL waits for at least.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { bareCommit } from './commit.ts';
import { limits } from './limits.ts';
import { logging } from './logging.ts';
import { searching } from './searching.ts';
import { type Engine, sides } from './sides.ts';

const { values: options } = parseArgs({
  options: {
    engines: { type: 'string', default: 'sqlite,postgresql' },
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '100000' },
    workers: { type: 'string', default: '1' },
    skip: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** One figure of both servers; `ratio` says how many times better Osler's is. */
export interface Row {
  engine: string;
  what: string;
  unit: string;
  osler: number;
  mlflow: number;
  ratio: number;
}

const folder = mkdtempSync(join(tmpdir(), 'osler-bench-tracking-'));
const programs = postgresPrograms();
const chosen = options.engines.split(',').filter((name) => name !== 'postgresql' || programs !== undefined);
const wanted = (part: string): boolean => !options.skip.split(',').includes(part);
const rows: Row[] = [];
const bounds: Record<string, string> = {};
try {
  for (const name of chosen) {
    const postgres = name === 'postgresql' ? await startPostgres(programs!, { durable: true, local: true }) : undefined;
    try {
      const engine: Engine = { name, folder: join(folder, name), database: () => postgres?.database() };
      const seconds = Number(options.seconds);
      const workers = Number(options.workers);
      if (wanted('logging')) rows.push(...(await logging(await sides(engine, workers), engine, seconds, say)));
      if (wanted('searching')) rows.push(...(await searching(engine, workers, Number(options.runs), say)));
      if (postgres !== undefined && wanted('commit')) {
        const { answer, commit } = await bareCommit(await postgres.database());
        bounds[`${name}, select 1 and a bare insert with its commit`] =
          `${answer.toFixed(2)} and ${commit.toFixed(2)} ms`;
      }
      if (wanted('limits')) Object.assign(bounds, await limits(engine, say));
    } finally {
      postgres?.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (options.json) process.stdout.write(`${JSON.stringify({ rows, bounds })}\n`);
else {
  const shown = rows.map((row) => [
    row.engine,
    row.what,
    `${figure(row.osler)} ${row.unit}`,
    `${figure(row.mlflow)} ${row.unit}`,
    `${figure(row.ratio)}x`,
  ]);
  const table = [['store', 'what', 'osler', 'mlflow', 'ratio'], ...shown];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  for (const [what, text] of Object.entries(bounds)) process.stdout.write(`${what}: ${text}\n`);
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
