/** Writers of the registry in processes of their own, at the same moment, on both engines: exactly one order results. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setAlias } from '../../src/registry/aliases.ts';
import { openRegistered } from '../../src/registry/open.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person, testBundle } from '../../src/registry/testing.ts';
import { verifyTrail } from '../../src/registry/verify.ts';
import { keysDir } from '../../src/store/paths.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { startObjectServer } from '../conformance/artifacts/servers.ts';

const src = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href;
const programs = postgresPrograms();
let root: string;
let count = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-registry-processes-'));
});
after(() => rm(root, { recursive: true, force: true }));

/** What a process starts with; it waits for a byte on its standard input, so that all go off together. */
const PRELUDE = `
  const { openStore } = await import(${JSON.stringify(src('store/store.ts'))});
  const { openBundle } = await import(${JSON.stringify(src('bundle/open.ts'))});
  const { registerBundle } = await import(${JSON.stringify(src('registry/register.ts'))});
  const { approve, retire } = await import(${JSON.stringify(src('registry/decide.ts'))});
  const { setAlias } = await import(${JSON.stringify(src('registry/aliases.ts'))});
  const { rollback } = await import(${JSON.stringify(src('registry/rollback.ts'))});
  const { policyOf } = await import(${JSON.stringify(src('registry/policy.ts'))});
  const { once } = await import('node:events');
  const [home, url, me] = JSON.parse(process.argv.at(-1));
  const store = await openStore(home, url ?? undefined);
  const actor = { who: 'person ' + me, via: 'process ' + process.pid };
  const free = { policy: policyOf({ default: { protected: [] } }) };
  const told = [];
  const attempt = async (work) => { try { told.push(await work()); } catch (error) { told.push(error.code ?? String(error)); } };
  console.log('ready');
  await once(process.stdin, 'data');`;

/** Runs `body` in `writers` processes at once; what each told. */
async function together(home: string, url: string | undefined, writers: number, body: string): Promise<unknown[][]> {
  const processes = Array.from({ length: writers }, (_, me) => {
    const script = `${PRELUDE}\n${body}\nawait store.close();\nconsole.log(JSON.stringify(told));\nprocess.exit(0);`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, '--'];
    return spawn(process.execPath, [...args, JSON.stringify([home, url ?? null, me])], {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
  });
  const outputs = processes.map(() => '');
  const ready = processes.map(
    (child, i) =>
      new Promise<void>((resolve, reject) => {
        child.on('exit', (code) => reject(new Error(`a writer ended with ${code} before it began`)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          outputs[i] += text;
          if (outputs[i]!.startsWith('ready\n')) resolve();
        });
      }),
  );
  await Promise.all(ready);
  const exits = processes.map((child) => once(child, 'exit'));
  for (const child of processes) child.stdin.write('go');
  for (const exit of await Promise.all(exits)) assert.deepEqual(exit, [0, null]);
  return outputs.map((text) => JSON.parse(text.split('\n')[1]!) as unknown[]);
}

async function intact(store: Store): Promise<void> {
  const { faults } = await verifyTrail(store, { files: true });
  assert.deepEqual(faults, []);
}

function suite(engine: string, database: () => Promise<string | undefined>): void {
  const fresh = async (): Promise<{ home: string; url: string | undefined }> => ({
    home: join(root, String(count++)),
    url: await database(),
  });

  describe(`several processes at one registry on ${engine}`, () => {
    it('moving one alias: every move is in the trail, each from where the one before it had put it', async () => {
      const { home, url } = await fresh();
      await using store = await openStore(home, url);
      for (const seed of [1, 2, 3]) {
        await registerBundle(store, person('tina'), { name: 'skin', bundle: await testBundle(home, seed) });
      }
      await together(
        home,
        url,
        4,
        `for (let i = 0; i < 10; i++) {
           await attempt(async () => (await setAlias(store, actor, 'skin@' + (1 + (me + i) % 3), 'champion', {}, free)).version.version);
         }`,
      );
      const moves = (await store.trail.read({ subject: 'skin@champion' })).map(({ before: from, after: to }) => [
        (JSON.parse(from ?? 'null') as { version: number } | null)?.version ?? null,
        (JSON.parse(to!) as { version: number }).version,
      ]);
      assert.ok(moves.length > 10, `${moves.length} moves`);
      assert.equal(moves[0]![0], null);
      for (let i = 1; i < moves.length; i++) assert.equal(moves[i]![0], moves[i - 1]![1], `move ${i}`);
      assert.equal((await store.registry.model('skin'))!.aliases.champion, moves.at(-1)![1]);
      await intact(store);
    });

    it('registering: one bundle becomes a version once; other ones get numbers without a gap', async () => {
      const { home, url } = await fresh();
      await using store = await openStore(home, url);
      const same = await testBundle(home, 1);
      for (let seed = 10; seed < 22; seed++) await testBundle(home, seed);
      const told = await together(
        home,
        url,
        4,
        `const one = await openBundle(${JSON.stringify(same.dir)});
         await attempt(async () => (await registerBundle(store, actor, { name: 'skin', bundle: one })).version);
         for (let i = 0; i < 3; i++) {
           const own = await openBundle(home + '/bundles/test-' + (10 + 3 * me + i));
           await attempt(async () => (await registerBundle(store, actor, { name: 'skin', bundle: own })).version);
         }`,
      );
      const first = told.map(([one]) => one);
      assert.equal(first.filter((one) => one === 'ALREADY_EXISTS').length, 3, JSON.stringify(first));
      const numbers = told.flat().filter((one) => typeof one === 'number');
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        Array.from({ length: 13 }, (_, i) => i + 1),
      );
      assert.equal((await readdir(join(home, 'registry', 'bundles'))).length, 13);
      await intact(store);
    });

    it('approving: as many as the policy asks for decide, the others find it decided', async () => {
      const { home, url } = await fresh();
      await using store = await openStore(home, url);
      await registerBundle(store, person('tina'), { name: 'skin', bundle: await testBundle(home, 1), trainer: 'tina' });
      const told = await together(
        home,
        url,
        5,
        `const policy = policyOf({ default: { approvers: 2 } });
         await attempt(async () => (await approve(store, actor, 'skin@1', { reason: 'read it' }, { policy })).version.status);`,
      );
      assert.deepEqual(told.flat().sort(), ['USAGE', 'USAGE', 'USAGE', 'approved', 'pending']);
      const version = (await store.registry.version('skin', 1))!;
      const decisions = await store.registry.decisions(version.modelId, 1);
      assert.deepEqual(
        [version.status, decisions.length, new Set(decisions.map(({ who }) => who)).size],
        ['approved', 2, 2],
      );
      await intact(store);
    });

    it('approving, rejecting, retiring and rolling back at once leaves one story', async () => {
      const { home, url } = await fresh();
      await using store = await openStore(home, url);
      for (const seed of [1, 2]) {
        await registerBundle(store, person('tina'), {
          name: 'skin',
          bundle: await testBundle(home, seed),
          trainer: 'tina',
        });
      }
      const told = await together(
        home,
        url,
        4,
        `const plain = { policy: policyOf({}) };
         for (const version of ['skin@1', 'skin@2']) {
           await attempt(async () => (await approve(store, actor, version, { reason: 'x' }, plain)).version.status);
           await attempt(async () => (await setAlias(store, actor, version, 'champion', {}, plain)).version.version);
         }
         await attempt(async () => (await rollback(store, actor, 'skin', { reason: 'x' }, plain)).version.version);
         if (me === 0) await attempt(async () => (await retire(store, actor, 'skin@2', { reason: 'x' })).status);`,
      );
      const strange = told.flat().filter((one) => typeof one === 'string' && /^[A-Z]/.test(one) && one.includes(' '));
      assert.deepEqual(strange, []);
      const version = (await store.registry.version('skin', 2))!;
      assert.deepEqual([version.status, version.aliases], ['retired', []]);
      await intact(store);
    });

    it('a writer that is killed at any moment leaves a whole trail, and the next one goes on', async () => {
      const { home, url } = await fresh();
      await using store = await openStore(home, url);
      for (const seed of [1, 2]) {
        await registerBundle(store, person('tina'), { name: 'skin', bundle: await testBundle(home, seed) });
      }
      for (const wait of [0, 15, 40, 90]) {
        const script = `${PRELUDE}
          for (let i = 0; ; i++) { await setAlias(store, actor, 'skin@' + (1 + i % 2), 'champion', {}, free); console.log(i); }`;
        const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, '--'];
        const child = spawn(process.execPath, [...args, JSON.stringify([home, url ?? null, 0])], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
        while (!output.startsWith('ready')) await new Promise((resolve) => setTimeout(resolve, 5));
        const before_ = (await store.trail.read({ subject: 'skin@champion' })).length;
        child.stdin.write('go');
        await new Promise((resolve) => setTimeout(resolve, wait));
        child.kill('SIGKILL');
        await once(child, 'exit');
        const acknowledged = output.split('\n').filter((line) => /^\d+$/.test(line)).length;
        const moves = (await store.trail.read({ subject: 'skin@champion' })).length - before_;
        // The first of a round may find the alias where it wants it, and is no move then.
        assert.ok(moves >= acknowledged - 1, `${moves} moves, ${acknowledged} acknowledged`);
        await intact(store);
      }
    });
  });
}

suite('SQLite', async () => undefined);

describe('PostgreSQL', { skip: programs === undefined && "Debian's postgresql is not installed" }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres(programs!);
  });
  after(() => server.stop());
  suite('PostgreSQL', () => server.database());

  it('a server that is killed and started again in the midst of changes: each happens once', async () => {
    await using store = await openStore(join(root, 'restarted'), await server.database());
    for (const seed of [1, 2]) {
      await registerBundle(store, person('tina'), { name: 'skin', bundle: await testBundle(store.home, seed) });
    }
    const free = { policy: policyOf({ default: { protected: [] } }) };
    const moving = (async () => {
      for (let i = 0; i < 60; i++) await setAlias(store, person('ann'), `skin@${1 + (i % 2)}`, 'champion', {}, free);
    })();
    for (const wait of [30, 80]) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      server.restart();
    }
    await moving;
    assert.equal((await store.trail.read({ subject: 'skin@champion' })).length, 60);
    await intact(store);
  });

  it('who reads while the server is away is told so, while there is still somebody who waits', {
    timeout: 30_000,
  }, async () => {
    await using store = await openStore(join(root, 'away'), await server.database());
    server.halt();
    try {
      await assert.rejects(store.registry.models({ limit: 1, offset: 0 }), { code: 'STORE_FAILED' });
    } finally {
      server.start();
    }
    assert.deepEqual(await store.registry.models({ limit: 1, offset: 0 }), []);
  });

  it('machines that share a database and an object store open what the other registered, once they trust its key', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-central-1' });
    const objects = await startObjectServer('s3');
    try {
      const [url, address] = [await server.database(), `s3://osler/clinic?endpoint=${objects.endpoint}`];
      await using ward = await openStore(join(root, 'ward'), url, address);
      await using lab = await openStore(join(root, 'lab'), url, address);
      const bundle = await testBundle(lab.home, 1);
      await registerBundle(lab, person('tina'), { name: 'skin', bundle });
      const version = (await ward.registry.version('skin', 1))!;
      const opens = () => openRegistered(ward.home, version, ward.artifacts);
      await assert.rejects(opens(), { code: 'BUNDLE_ALTERED', message: /does not trust/ });
      await writeFile(join(keysDir(ward.home), 'trusted'), `${bundle.signer.keyId} the lab's\n`);
      assert.deepEqual((await opens()).manifest, bundle.manifest);
      await setAlias(ward, person('ann'), 'skin@1', 'challenger', {}, { policy: policyOf({}) });
      await ward.artifacts.free({ dryRun: false });
      await rm(join(ward.home, 'registry'), { recursive: true });
      await opens();
      assert.deepEqual((await verifyTrail(ward, { files: true })).faults, []);
    } finally {
      await objects.stop();
    }
  });
});
