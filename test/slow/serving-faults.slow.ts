/** What a served deployment does when its disk is full or gone, its database is taken away, its bundle is altered. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, cp, mkdir, mkdtemp, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeDeployment, createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { bundleDigest } from '../../src/registry/open.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import type { DeploymentInfo, V1Answer } from '../../src/server/routes/deployments/contract.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import { databasePath, registeredDir, servingSpool } from '../../src/store/paths.ts';
import { openStore } from '../../src/store/store.ts';
import { Served } from '../served.ts';
import { until } from '../until.ts';

const by = { actor: person('ada'), why: 'test' };
const DERMA = ['serve', '--deployment', 'derma', '--log-level', 'info'];

/** Why no disk can be made here that is full or read-only, or false. */
function noMounts(): string | false {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/mnt'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no leave to mount a disk here: a full one was not tested';
  }
}

describe('faults while serving', () => {
  let home: string;
  let image: Buffer;
  const all: Served[] = [];
  const start = async (options: ConstructorParameters<typeof Served>[0]): Promise<Served> => {
    const served = new Served(options);
    all.push(served);
    return served.ready();
  };

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-serving-faults-'));
    image = await picture(1);
    await using store = await openStore(home);
    for (const number of [1, 2, 3]) {
      await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    }
    await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }], override: 'a test' }, by);
  });
  after(async () => {
    for (const { child } of all) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  async function predict(served: Served): Promise<string> {
    const { status, body } = await served.post<V1Answer>('/v1/predict', image);
    assert.equal(status, 200, JSON.stringify(body));
    return body.requestId;
  }

  const stored = async (ids: readonly string[]): Promise<number> => {
    await using store = await openStore(home);
    const found = await Promise.all(ids.map((id) => store.predictions.get(id)));
    return found.filter((entries) => entries.length === 1).length;
  };

  /** Writes until the disk takes no more. */
  async function fill(path: string): Promise<void> {
    const file = await open(path, 'w');
    for (let size = 65_536; size > 0; size = size > 1 ? size >> 4 : 0) {
      const block = Buffer.alloc(size);
      for (let full = false; !full; ) {
        full = await file.write(block).then(
          () => false,
          () => true,
        );
      }
    }
    await file.close();
  }

  it('its database is taken away and comes back: predictions go on, and all of them are in the log', async () => {
    const served = await start({ home, args: DERMA });
    const ids = [await predict(served)];
    await until('not stored', async () => (await stored(ids)) === 1);
    const file = databasePath(home);
    // With its log of writes, as a disk goes.
    const parts = [file, `${file}-wal`, `${file}-shm`];
    for (const part of parts) await rename(part, `${part}.away`).catch(() => undefined);
    for (let i = 0; i < 30; i++) ids.push(await predict(served));
    await until('nothing is spooled', async () => (await readdir(servingSpool(home)).catch(() => [])).length > 0);
    // A look that is no older than a second is told again.
    await until('nobody noticed', async () => (await served.health()).status === 'failed');
    const { checks, ready } = await served.health();
    assert.equal(ready, true);
    assert.deepEqual(
      checks.filter(({ status }) => status !== 'ok').map(({ kind, status }) => `${kind} ${status}`),
      ['store failed', 'deployment degraded', 'prediction log degraded'],
    );
    assert.deepEqual(await served.isReady(), {
      status: 'degraded',
      troubles: ['store', 'deployment', 'prediction log'],
    });
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    assert.match(metrics, /^osler_prediction_log_spooled [1-9]/m);
    assert.match(metrics, /^osler_health_status\{kind="store",check="store"\} 2/m);
    // Nothing new was made in the place of what is gone.
    assert.deepEqual(
      (await readdir(home)).filter((name) => name.startsWith('osler.db') && !name.endsWith('.away')),
      [],
    );

    for (const part of parts) await rename(`${part}.away`, part).catch(() => undefined);
    ids.push(await predict(served));
    await until('not brought in', async () => (await readdir(servingSpool(home))).length === 0);
    await until('still troubled', async () => (await served.health()).status === 'ok');
    assert.equal(await served.end(), 0, served.said);
    assert.equal(await stored(ids), ids.length);
    // The log tells of it once, and of its end.
    assert.equal(served.said.match(/"check":"store","status":"failed"/g)?.length, 1, served.said);
    assert.match(served.said, /"check":"store","status":"ok","before":"failed"/);
  });

  it('its disk is full: predictions go on in memory, and come in once there is room', {
    skip: noMounts(),
  }, async () => {
    const place = await mkdtemp(join(tmpdir(), 'osler-disk-'));
    await cp(home, join(place, 'seed'), { recursive: true });
    await mkdir(join(place, 'home'));
    const script = `mount -t tmpfs -o size=24m none "${place}/home" && cp -r "${place}/seed/." "${place}/home" && exec "$@"`;
    const served = await start({
      home: join(place, 'home'),
      args: DERMA,
      before: ['unshare', '-m', 'sh', '-c', script, 'sh'],
    });
    const seen = join('/proc', String(served.child.pid), 'root', place, 'home');
    const ids = [await predict(served)];
    await sleep(500);

    // Every block is taken.
    await fill(join(seen, 'filler'));
    assert.equal((await statfs(seen)).bavail, 0);
    for (let i = 0; i < 200; i++) ids.push(await predict(served));
    // Each look is of its own moment.
    await until('nobody noticed', async () => {
      const { checks, ready, status } = await served.health();
      assert.equal(ready, true);
      const disk = checks.find(({ kind }) => kind === 'disk')!;
      const { waiting, spooled } = checks.find(({ kind }) => kind === 'prediction log')!.figures!;
      const full = disk.status === 'failed' && disk.words === "The disk of OSLER_HOME can't be written to (ENOSPC).";
      return status === 'failed' && full && waiting! > 0 && spooled === 0;
    });

    const spooled = async () => (await readdir(servingSpool(seen)).catch(() => [])).length;
    await until('empty files are left by each try', async () => (await spooled()) === 0);

    await rm(join(seen, 'filler'));
    ids.push(await predict(served));
    // Asked of the server: the disk is seen by it alone.
    const isStored = async (id: string): Promise<boolean> => (await served.get(`/v1/predictions/${id}`)).status === 200;
    await until('not brought in', async () => (await Promise.all(ids.map(isStored))).every(Boolean));
    await until('still troubled', async () =>
      (await served.health()).checks.every(({ kind, status }) => kind === 'disk' || status === 'ok'),
    );
    await until('what was spooled is gone', async () => (await spooled()) === 0);
    assert.equal(await served.end(), 0, served.said);
    await rm(place, { recursive: true, force: true });
  });

  it('a bundle that was altered on disk is not loaded, and it says why', async () => {
    const served = await start({ home, args: DERMA });
    const digest = await bundleDigest(join(home, 'bundles', 'tiny-2'));
    const model = join(registeredDir(home, digest), 'model.onnx');
    await chmod(model, 0o644);
    await appendFile(model, 'x');
    await using store = await openStore(home);
    const live = (...models: string[]) =>
      changeDeployment(store, 'derma', { live: models.map((name) => ({ model: name, weight: 1 })) }, by);
    await assert.rejects(live('skin@2'), { code: 'BUNDLE_ALTERED', message: /model\.onnx/ });
    // Put in force on another machine, where its files are whole.
    const { revision } = (await store.deployments.get('derma'))!;
    const second = { name: 'skin@2', model: 'skin', version: 2, digest, weight: 1 };
    const elsewhere = { what: 'deployment.change', why: 'x', spec: { ...revision.spec, live: [second] } };
    await store.deployments.change(by.actor, 'derma', elsewhere);
    const info = async (of: Served) => (await of.get<DeploymentInfo>('/v1/deployments/derma')).body.served!;
    await until('nobody noticed', async () => /model\.onnx/.test((await info(served)).fault ?? ''));
    assert.match((await info(served)).fault!, /No live version of derma can answer.*skin@1/);
    assert.equal((await served.post<V1Answer>('/v1/predict', image)).body.routing.variant, 'skin@1');
    await live('skin@1', 'skin@3');
    await until('not taken up', async () => (await info(served)).members.length === 2);
    // One that is altered after it was loaded stays out at the next start.
    const third = join(registeredDir(home, await bundleDigest(join(home, 'bundles', 'tiny-3'))), 'model.onnx');
    await chmod(third, 0o644);
    await appendFile(third, 'x');
    assert.equal(await served.end(), 0);
    const again = await start({ home, args: DERMA });
    for (let i = 0; i < 10; i++) {
      const { body } = await again.post<V1Answer>('/v1/predict', image, { 'x-osler-key': `patient-${i}` });
      assert.equal(body.routing.variant, 'skin@1');
    }
    const { leftOut } = await info(again);
    assert.equal(leftOut[0]!.name, 'skin@3');
    assert.match(leftOut[0]!.why, /model\.onnx/);
    const { checks, ready } = await again.health();
    assert.equal(ready, true);
    assert.match(checks.find(({ kind }) => kind === 'deployment')!.words, /skin@3 left out of derma.*model\.onnx/);
    assert.match(again.said, /model\.onnx/);
    assert.equal(await again.end(), 0);

    const one = await tinyBundle(home);
    const bytes = join(one.dir, 'model.onnx');
    await chmod(bytes, 0o644);
    await appendFile(bytes, 'x');
    const refused = new Served({ home, args: ['serve', '--bundle', 'tiny'] });
    all.push(refused);
    assert.equal(await refused.ended(), 1);
    assert.match(refused.said, /model\.onnx/);
  });

  it('a log that nobody takes costs no answer', async () => {
    const full = await open('/dev/full', 'w');
    const served = await start({ home, args: [...DERMA.slice(0, 3), '--log-level', 'debug'], stderr: full.fd });
    for (let i = 0; i < 50; i++) await predict(served);
    assert.equal(await served.end(), 0);
    await full.close();
    // A reader that stands still.
    const stalled = new Served({ home, args: [...DERMA.slice(0, 3), '--log-level', 'debug'] });
    all.push(stalled);
    stalled.child.stderr!.pause();
    await stalled.ready();
    const times: number[] = [];
    for (let i = 0; i < 1_000; i++) {
      const started = performance.now();
      await stalled.get('/health/live');
      times.push(performance.now() - started);
    }
    assert.ok(times.sort((a, b) => a - b)[990]! < 2_000, `${times[990]} ms`);
    stalled.child.stderr!.resume();
    assert.equal(await stalled.end(), 0);
  });
});
