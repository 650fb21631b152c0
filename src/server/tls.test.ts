/** TLS by configuration; certificates are taken while the server runs. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { until } from '../../test/until.ts';
import { OslerError } from '../errors.ts';
import { followCertificate, readCertificate } from './plugins/tls.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

const has = spawnSync('openssl', ['version']).status === 0;

describe('TLS', { skip: !has && 'openssl is not installed' }, () => {
  let folder: string;
  let house: Guarded;
  const file = (name: string): string => join(folder, name);
  const make = (name: string): void => {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'],
        ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
      ],
      { stdio: 'ignore' },
    );
  };
  const put = (name: string): void => {
    copyFileSync(file(`${name}.crt`), file('now.crt'));
    copyFileSync(file(`${name}.key`), file('now.key'));
  };
  const tls = () => ({ certificate: file('now.crt'), key: file('now.key') });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-tls-'));
    for (const name of ['one', 'two']) make(name);
    put('one');
    house = await openGuarded({ config: { tls: tls() } });
  });
  after(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<{ status: number; headers: Record<string, unknown>; name: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${house.url}${path}`,
        { method: body === undefined ? 'GET' : 'POST', headers, rejectUnauthorized: false, agent: false },
        (response) => {
          const { subject } = (response.socket as TLSSocket).getPeerCertificate() as PeerCertificate;
          response.resume();
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, name: String(subject.CN) }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  test('answers over TLS, tells browsers to stay with it, and marks the cookie', async () => {
    assert.match(house.url, /^https:/);
    const { status, headers, name } = await ask('/v1/runs', { authorization: `Bearer ${house.keys.viewer}` });
    assert.deepEqual([status, name], [200, 'one']);
    assert.equal(headers['strict-transport-security'], 'max-age=15552000');
    assert.match(String(headers['content-security-policy']), /upgrade-insecure-requests/);
    const body = JSON.stringify({ key: house.keys.viewer });
    const signed = await ask('/v1/session', { 'content-type': 'application/json' }, body);
    assert.equal(signed.status, 201);
    assert.match(
      String(signed.headers['set-cookie']),
      /^__Host-osler_session=.*Path=\/.*HttpOnly; Secure; SameSite=Strict/,
    );
    const [, token] = /=([\w-]{43});/.exec(String(signed.headers['set-cookie']))!;
    assert.equal((await ask('/v1/runs', { cookie: `__Host-osler_session=${token}` })).status, 200);
    // A neighbouring host can set this one for all of its domain.
    assert.equal((await ask('/v1/runs', { cookie: `osler_session=${token}` })).status, 401);
  });

  test('versions with known faults are not spoken', async () => {
    const { port } = new URL(house.url);
    const old = await new Promise<string>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(port),
        rejectUnauthorized: false,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('secureConnect', () => resolve('spoken'));
      socket.on('error', () => resolve('refused'));
    });
    assert.equal(old, 'refused');
  });

  test('a renewed certificate is taken without a restart; half a renewal is left alone', async () => {
    const first = { current: await readCertificate(tls()) };
    followCertificate(
      { ...house.app, server: house.app.server, log: house.app.log, addHook: () => house.app } as never,
      tls(),
      first,
      30,
    );
    copyFileSync(file('two.crt'), file('now.crt'));
    await sleep(150);
    assert.equal((await ask('/health/live')).name, 'one', 'the key is still the old one');
    put('two');
    await until('the new one', async () => (await ask('/health/live')).name === 'two');
  });

  test('what is no certificate, or not its key, is said before anything listens', async () => {
    writeFileSync(file('bad.pem'), 'x');
    const wrong = (certificate: string, key: string, words: RegExp) =>
      assert.rejects(
        readCertificate({ certificate: file(certificate), key: file(key) }),
        (error) => error instanceof OslerError && error.code === 'CONFIG_INVALID' && words.test(error.message),
      );
    await wrong('one.crt', 'two.key', /is not the key of the certificate/);
    await wrong('bad.pem', 'one.key', /no certificate/);
    await wrong('one.crt', 'bad.pem', /no private key/);
    const { privateKey } = generateKeyPairSync('ed25519');
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
    writeFileSync(file('locked.key'), privateKey.export(locked));
    await wrong('one.crt', 'locked.key', /protected by a passphrase/);
    await wrong('none.crt', 'one.key', /can not be read/);
    assert.ok(readFileSync(file('one.key'), 'utf8').includes('PRIVATE'));
  });
});
