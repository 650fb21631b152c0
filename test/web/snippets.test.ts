import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { curl } from '../../web/src/pages/deployments/snippets.ts';

const asked = { deployment: 'derma', priority: 'normal', deadlineMs: null, heatmap: false, needsKey: false };
const run = promisify(execFile);
const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

test('texts of the call of curl are texts, whatever stands in them', () => {
  const call = curl({ ...asked, origin: 'http://x', file: 'a;b,"c".jpg', key: '@PT;17' });
  assert.match(call, /-F 'file=@"a;b,\\"c\\"\.jpg"'/);
  assert.match(call, /--form-string 'key=@PT;17'/);
});

test('the copied call of curl sends what was typed', { skip: hasCurl ? false : 'there is no curl here' }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-curl-'));
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [file, key] of [
    ['a.jpg', 'PT;17'],
    ['a;b,c.jpg', '"q"'],
    ['a "b" \\ c.jpg', '<a.jpg'],
    ["it's.jpg", '@a.jpg $(id) `id`'],
  ] as const) {
    writeFileSync(join(folder, file), 'pixels');
    await run('sh', ['-c', curl({ ...asked, origin, file, key })], { cwd: folder });
    const body = bodies.pop()!;
    assert.ok(body.includes(`name="key"\r\n\r\n${key}\r\n`), body);
    assert.ok(body.includes('\r\n\r\npixels\r\n') && body.includes('name="deployment"\r\n\r\nderma\r\n'), body);
  }
});
