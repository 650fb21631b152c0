/** Servers as they are started: what they refuse, what they write, what they keep. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../src/config/environment.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import { osler, oslerJson } from '../command.ts';
import { until } from '../until.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let home: string;
let image: Buffer;
const children: ChildProcess[] = [];

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-security-'));
  await tinyBundle(home);
  image = await picture(1, 600, 450, 'jpeg');
});
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** Starts a server and waits for its address. */
async function serve(
  args: string[],
  env: Record<string, string> = {},
  node: string[] = [],
): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...node, MAIN, ...args, '--port', '0', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment({ OSLER_HOME: home, ...env }),
    },
  );
  children.push(child);
  let errors = '';
  child.stderr!.on('data', (part) => {
    errors += String(part);
  });
  let text = '';
  for await (const part of child.stdout!) {
    text += String(part);
    if (text.trimEnd().endsWith('}')) break;
  }
  assert.ok(text.includes('"url"'), errors);
  const { url } = JSON.parse(text) as { url: string };
  return { url: url.replace('0.0.0.0', '127.0.0.1'), child };
}

const predict = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/predict/image?heatmap=true`, {
    method: 'POST',
    body: image as never,
    headers: { 'content-type': 'image/jpeg', ...headers },
  });

describe('servers as they are started', () => {
  it('beyond loopback nothing starts until somebody could prove who they are', async () => {
    for (const args of [
      ['serve', '--bundle', 'tiny', '--host', '0.0.0.0'],
      ['server', '--host', '0.0.0.0'],
      ['server', '--authenticate'],
    ]) {
      const { code, stderr } = await osler(home, [...args, '--port', '0']);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /osler keys create/);
    }
    const { text } = await oslerJson<{ text: string }>(home, ['keys', 'create', 'gateway', '--role', 'clinician']);
    const { url, child } = await serve(['serve', '--bundle', 'tiny', '--host', '0.0.0.0']);
    assert.equal((await predict(url)).status, 401);
    assert.equal((await predict(url, { authorization: `Bearer ${text}` })).status, 200);
    const [key] = await oslerJson<{ id: string; usedAt: string | null }[]>(home, ['keys', 'list']);
    assert.notEqual(key!.usedAt, null);
    // Revoked elsewhere, refused here.
    await oslerJson(home, ['keys', 'revoke', key!.id, '--reason', 'a test']);
    const status = async () => (await predict(url, { authorization: `Bearer ${text}` })).status;
    await until('it is refused', async () => (await status()) === 401);
    child.kill();
  });

  it('predicts without the right to write a single byte to the disk', async () => {
    // Node's own permission model: any write of a file, by the server or one of its threads, would throw.
    const may = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons'];
    const { url, child } = await serve(['serve', '--bundle', 'tiny'], {}, may);
    for (let n = 0; n < 3; n++) assert.equal((await predict(url)).status, 200);
    const form = new FormData();
    form.set('file', new Blob([image as Uint8Array<ArrayBuffer>]), 'a.jpg');
    assert.equal((await fetch(`${url}/predict/image`, { method: 'POST', body: form })).status, 200);
    child.kill();
  });

  it('keeps images where the policy says so: encrypted, readable with the key alone, and the trail knows who looked', async () => {
    const file = join(home, 'keep.yaml');
    const keyFile = join(home, 'upload.key');
    writeFileSync(file, `uploads: { days: 30, keyFiles: ["${keyFile}"] }\n`);
    const refused = await osler(home, ['serve', '--bundle', 'tiny', '--config', file, '--port', '0']);
    assert.deepEqual([refused.code, /upload\.key can not be read/.test(refused.stderr)], [2, true], refused.stderr);
    writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`);
    const { url, child } = await serve(['serve', '--bundle', 'tiny', '--config', file]);
    assert.equal((await predict(url)).status, 200);
    // What it could not answer is not kept.
    await fetch(`${url}/predict/image`, {
      method: 'POST',
      body: image.subarray(0, 500) as never,
      headers: { 'content-type': 'image/jpeg' },
    });
    child.kill();
    const sha256 = createHash('sha256').update(image).digest('hex');
    const kept = await oslerJson<{ image: string; day: string }[]>(home, ['uploads', 'list']);
    assert.deepEqual(
      kept.map((one) => one.image),
      [sha256],
    );
    const folder = join(home, 'uploads', kept[0]!.day);
    for (const name of readdirSync(folder))
      assert.ok(!readFileSync(join(folder, name)).includes(image.subarray(0, 32)));

    const to = join(home, 'back.jpg');
    const get = ['uploads', 'get', sha256.slice(0, 8), '--to', to, '--reason', 'case 12', '--config', file];
    await oslerJson(home, get, { env: { OSLER_USER: 'ada' } });
    assert.deepEqual(readFileSync(to), image);
    const { code } = await osler(home, get);
    assert.notEqual(code, 0, 'never over a file that is there');
    const other = join(home, 'other.yaml');
    writeFileSync(other, 'uploads: { days: 30 }\n');
    const key = { OSLER_UPLOAD_KEY: randomBytes(32).toString('base64') };
    const wrong = await osler(
      home,
      [...get.slice(0, -4), '--to', join(home, 'no.jpg'), '--reason', 'x', '--config', other].filter(
        (_, i) => i !== 3 && i !== 4,
      ),
      { env: key },
    );
    assert.equal(wrong.code, 2, wrong.stderr);
    const log = await oslerJson<{ events: { what: string; who: string }[] } | { what: string; who: string }[]>(home, [
      'audit',
      'log',
    ]);
    const events = Array.isArray(log) ? log : log.events;
    assert.deepEqual(
      events
        .filter(({ what }) => what === 'upload.read')
        .map(({ who }) => who)
        .slice(0, 1),
      ['ada'],
    );
    const none = join(home, 'none', 'x.jpg');
    const nowhere = ['uploads', 'get', sha256.slice(0, 8), '--to', none, '--reason', 'nowhere', '--config', file];
    const unwritten = await osler(home, nowhere);
    assert.deepEqual([unwritten.code, /its folder is not there/.test(unwritten.stderr)], [2, true], unwritten.stderr);
    const told = JSON.stringify(await oslerJson(home, ['audit', 'log']));
    assert.ok(!told.includes('nowhere'), 'what was not written was not read');
    assert.equal((await osler(home, ['uploads', 'purge', '--all'])).code, 2, 'a reason is asked for');
    assert.deepEqual(await oslerJson(home, ['uploads', 'purge', '--all', '--reason', 'it is over']), { removed: 1 });
    assert.match(JSON.stringify(await oslerJson(home, ['audit', 'log'])), /upload\.purge.*it is over/);
    assert.deepEqual(await oslerJson(home, ['uploads', 'list']), []);
  });

  it('what is wrong in server.yaml is named with its line, and nothing starts', async () => {
    const file = join(home, 'bad.yaml');
    writeFileSync(file, 'limits:\n  perCallr: 5\n');
    const { code, stderr } = await osler(home, ['server', '--config', file, '--port', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /bad\.yaml:2: unknown key "limits\.perCallr"; the nearest valid key is "limits\.perCaller"/);
  });
});
