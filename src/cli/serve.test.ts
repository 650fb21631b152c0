import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../config/environment.ts';
import { picture, tinyBundle } from '../serving/testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-serve-'));
  await tinyBundle(home);
});
after(() => rm(home, { recursive: true, force: true }));

type Child = ChildProcessByStdio<null, Readable, Readable>;

function serve(...args: string[]): { child: Child; said: () => string } {
  const child = spawn(process.execPath, [main, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment({ OSLER_HOME: home, NO_COLOR: '1' }),
  });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  return { child, said: () => text };
}

async function ready(child: Child): Promise<{ url: string }> {
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  return JSON.parse(text) as { url: string };
}

it('serves on a free port of loopback, and ends on SIGTERM after the answer that is under way', async () => {
  const { child, said } = serve('--bundle', 'tiny', '--port', '0', '--json');
  const { url } = await ready(child);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const { port } = new URL(url);
  const second = serve('--bundle', 'tiny', '--port', port);
  const [code] = (await once(second.child, 'exit')) as [number];
  assert.equal(code, 2);
  assert.match(second.said(), new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use`));

  // Half a request is on its way when the server is told to end: it still gets its answer.
  const image = await picture(1);
  const socket = connect(Number(port), '127.0.0.1');
  const answer = socket.setEncoding('utf8').toArray();
  const head = `POST /predict/image HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: image/png\r\ncontent-length: ${image.length}\r\n\r\n`;
  socket.write(head);
  socket.write(image.subarray(0, 100));
  await fetch(`${url}/health/ready`);
  child.kill('SIGTERM');
  while (!said().includes('Closing')) await once(child.stderr, 'data');
  socket.write(image.subarray(100));
  assert.match((await answer).join(''), /^HTTP\/1\.1 200 OK[\s\S]*"probabilities"/);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

it('refuses a bundle of which a byte was changed, and names the file', async () => {
  await cp(join(home, 'bundles', 'tiny'), join(home, 'bundles', 'altered'), { recursive: true });
  await appendFile(join(home, 'bundles', 'altered', 'model.onnx'), ' ');
  const { child, said } = serve('--bundle', 'altered', '--port', '0');
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 1);
  assert.match(said(), /model\.onnx/);
});

it('a PORT of the platform that is none is refused before anything runs', async () => {
  for (const command of ['serve', 'server']) {
    const args = command === 'serve' ? ['serve', '--bundle', 'tiny'] : ['server'];
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: childEnvironment({ OSLER_HOME: home, NO_COLOR: '1', PORT: 'abc' }),
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    assert.deepEqual(await once(child, 'exit'), [2, null], said);
    assert.match(said, /PORT is "abc", which is no port/);
  }
});
