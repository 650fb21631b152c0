/** The same script with MLflow's own Python client against Osler's server and MLflow's: their answers are compared field by field. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from '../../../src/config/environment.ts';
import { postgresPrograms, startPostgres } from '../../../src/store/testing-postgres.ts';
import { peer } from '../venv.ts';
import { DIFFERENCES } from './differences.ts';
import { MLFLOW, QUIET, startMlflow, startOsler } from './servers.ts';

const SCRIPT = fileURLToPath(new URL('./run.py', import.meta.url));
const AT_LEAST = 24;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Seen = Record<string, Json>;

describe("MLflow's own client", () => {
  let folder: string;
  let theirs: Seen;
  let ours: Seen;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-mlflow-'));
    const mlflow = await startMlflow(join(folder, 'mlflow'), `sqlite:///${join(folder, 'mlflow.db')}`);
    theirs = await see(mlflow.url).finally(mlflow.stop);
    const osler = await startOsler(join(folder, 'home'));
    ours = await see(osler.url).finally(osler.stop);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finishes every scenario on both servers', () => {
    assert.ok(Object.keys(theirs).length >= AT_LEAST);
    assert.deepEqual(Object.keys(ours), Object.keys(theirs));
    for (const [name, seen] of [...Object.entries(theirs), ...Object.entries(ours)])
      assert.ok(!JSON.stringify(seen).includes('"scenario failed"'), `${name}: ${JSON.stringify(seen)}`);
  });

  it('sees the same answers, but for the differences that are listed with their reasons', () => {
    const found = differences(theirs, ours);
    const unexplained = found.filter(({ at }) => !DIFFERENCES.some((known) => known.at.test(at)));
    assert.deepEqual(unexplained, []);
    const idle = DIFFERENCES.filter((known) => !found.some(({ at }) => known.at.test(at)));
    assert.deepEqual(
      idle.map(({ at }) => String(at)),
      [],
      'listed, but there is no such difference',
    );
  });

  it('sees on PostgreSQL what it sees on SQLite', async (t) => {
    const programs = postgresPrograms();
    if (programs === undefined) return t.skip("Debian's postgresql is not installed");
    const postgres = await startPostgres(programs);
    try {
      const env = { OSLER_DATABASE_URL: await postgres.database() };
      const osler = await startOsler(join(folder, 'home-postgresql'), env);
      const seen = await see(osler.url).finally(osler.stop);
      assert.deepEqual(differences(ours, seen), []);
    } finally {
      postgres.stop();
    }
  });
});

async function see(url: string): Promise<Seen> {
  const python = await peer('mlflow', MLFLOW);
  const { stdout } = await promisify(execFile)(python, [SCRIPT], {
    env: childEnvironment({ ...QUIET, MLFLOW_TRACKING_URI: url }),
    maxBuffer: 2 ** 26,
    timeout: 300_000,
  });
  return JSON.parse(stdout) as Seen;
}

interface Difference {
  /** SCENARIO/FIELD/FIELD[PLACE]... */
  at: string;
  theirs: Json | undefined;
  ours: Json | undefined;
}

function differences(theirs: Json | undefined, ours: Json | undefined, at = ''): Difference[] {
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length)
    return theirs.flatMap((one, i) => differences(one, ours[i], `${at}[${i}]`));
  if (isObject(theirs) && isObject(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...names].flatMap((name) => differences(theirs[name], ours[name], at === '' ? name : `${at}/${name}`));
  }
  return JSON.stringify(theirs) === JSON.stringify(ours) ? [] : [{ at, theirs, ours }];
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
