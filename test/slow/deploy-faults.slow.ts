/** A served deployment whose database goes away and comes back, and whose process is killed. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../src/config/environment.ts';
import { changeDeployment, createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import type { V1Answer } from '../../src/server/routes/deployments/contract.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { servingSpool } from '../../src/store/paths.ts';
import { openStore } from '../../src/store/store.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { until } from '../until.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const programs = postgresPrograms();
const by = { actor: person('ada'), why: 'test' };

describe('a deployment on PostgreSQL', {
  skip: programs === undefined && "Debian's postgresql is not installed",
}, () => {
  let server: PostgresServer;
  let database: string;
  let home: string;
  let image: Buffer;
  const children: ChildProcessByStdio<null, Readable, null>[] = [];

  before(async () => {
    server = await startPostgres(programs!);
    database = await server.database();
    home = await mkdtemp(join(tmpdir(), 'osler-faults-'));
    image = await picture(1);
    await using store = await openStore(home, database);
    for (const number of [1, 2]) {
      await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    }
    await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }], override: 'a test' }, by);
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    server.stop();
    await rm(home, { recursive: true, force: true });
  });

  async function serve(): Promise<{ url: string; child: (typeof children)[number] }> {
    const args = [main, 'serve', '--deployment', 'derma', '--port', '0', '--json', '--log-level', 'silent'];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: childEnvironment({ OSLER_HOME: home, OSLER_DATABASE_URL: database }),
    });
    children.push(child);
    let text = '';
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (text.trimEnd().endsWith('}')) break;
    }
    return { child, url: (JSON.parse(text) as { url: string }).url };
  }

  async function predict(url: string): Promise<V1Answer> {
    const headers = { 'content-type': 'image/png' };
    const body = image as unknown as NonNullable<RequestInit['body']>;
    const response = await fetch(`${url}/v1/predict`, { method: 'POST', headers, body });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as V1Answer;
  }

  /** What the spool's files hold; a line that is there to its end ends with a newline. */
  const spooled = async (): Promise<string> => {
    const names = await readdir(servingSpool(home)).catch(() => []);
    const texts = await Promise.all(names.map((name) => readFile(join(servingSpool(home), name), 'utf8')));
    return texts.map((text) => text.slice(0, text.lastIndexOf('\n') + 1)).join('');
  };

  const stored = async (ids: readonly string[]): Promise<number> => {
    await using store = await openStore(home, database);
    const found = await Promise.all(ids.map((id) => store.predictions.get(id)));
    return found.filter((entries) => entries.length === 1).length;
  };

  it('answers on while the database is away, and every answer is in the log once it is back', async () => {
    const { url, child } = await serve();
    const ids: string[] = [];
    const predictFor = async (ms: number): Promise<void> => {
      for (const end = Date.now() + ms; Date.now() < end; ) ids.push((await predict(url)).requestId);
    };
    await predictFor(500);
    server.halt();
    await predictFor(4_000);
    assert.ok((await readdir(servingSpool(home))).length > 0, 'nothing was spooled');
    server.start();
    await predictFor(500);
    await using store = await openStore(home, database);
    await changeDeployment(store, 'derma', { live: [{ model: 'skin@2', weight: 1 }] }, by);
    await until('the change is served', async () => (await predict(url)).routing.revision === 2);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(await stored(ids), ids.length);
    assert.deepEqual(await readdir(servingSpool(home)), []);
  });

  it('a killed server loses only what it answered in its last moment; the next one brings in what was spooled', async () => {
    const { url, child } = await serve();
    const early = (await predict(url)).requestId;
    await until('it is stored', async () => (await stored([early])) === 1);
    server.halt();
    const away = (await predict(url)).requestId;
    await until('its line is in the spool', async () => (await spooled()).includes(`"${away}"`));
    child.kill('SIGKILL');
    await once(child, 'exit');
    server.start();
    assert.equal(await stored([early, away]), 1);
    const next = await serve();
    await predict(next.url);
    await until('what was spooled is stored', async () => (await stored([early, away])) === 2);
    next.child.kill('SIGTERM');
    await once(next.child, 'exit');
  });
});
