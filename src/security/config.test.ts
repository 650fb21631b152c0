import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childEnvironment, serverEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { loadServerConfig, ServerConfig } from './config.ts';

let home: string;
before(() => {
  home = mkdtempSync(join(tmpdir(), 'osler-config-'));
});
after(() => rmSync(home, { recursive: true, force: true }));

const load = (text: string, overrides: Record<string, string> = {}) => {
  const file = join(home, 'x.yaml');
  writeFileSync(file, text);
  return loadServerConfig(home, { file, overrides });
};
const wrong = (text: string, words: RegExp, overrides: Record<string, string> = {}) =>
  assert.throws(
    () => load(text, overrides),
    (error) => error instanceof OslerError && error.code === 'CONFIG_INVALID' && words.test(error.message),
  );

test('nothing configured is loopback alone; the home has its own file', () => {
  assert.deepEqual(loadServerConfig(home), ServerConfig.parse({}));
  writeFileSync(join(home, 'server.yaml'), 'limits: { connections: 7 }\n');
  assert.equal(loadServerConfig(home).limits.connections, 7);
  assert.throws(() => loadServerConfig(home, { file: join(home, 'none.yaml') }), /There is no file/);
});

test("the guide's example is one", () => {
  const guide = readFileSync(fileURLToPath(new URL('../../docs/security.md', import.meta.url)), 'utf8');
  const config = load(/```yaml\n([\s\S]*?)```/.exec(guide)![1]!);
  assert.equal(config.authentication.oidc?.roles['derma-leads'], 'approver');
  assert.equal(config.uploads?.days, 90);
});

test('the environment stands above the file', () => {
  const config = load('limits: { perCaller: 5 }', {
    OSLER_SERVER_LIMITS__PER_CALLER: '9',
    OSLER_SERVER_AUTHENTICATION__DELEGATED__TO: 'Cloud Run',
    OSLER_SERVER_HOSTS: '[a.example]',
  });
  assert.deepEqual([config.limits.perCaller, config.hosts], [9, ['a.example']]);
  assert.deepEqual(config.authentication.delegated, { to: 'Cloud Run', roles: ['clinician'], nameHeader: null });
});

test('mistakes are named, and nothing is guessed', () => {
  wrong('limits: { perCallr: 5 }', /unknown key "limits.perCallr"; the nearest valid key is "limits.perCaller"/);
  wrong('authentication: { required: maybe }', /authentication.required/);
  wrong('origins: ["https://a.example/path"]', /origins/);
  wrong('origins: ["*"]', /origins/);
  wrong(
    'authentication: { oidc: { issuer: "ftp://x", audience: a } }',
    /"authentication.oidc.issuer" is "ftp:\/\/x"; expected a web address/,
  );
  wrong('authentication: { oidc: { issuer: "https://x", audience: a, roles: { x: boss } } }', /roles/);
  wrong('authentication: { oidc: { issuer: "https://x", audience: a, scopes: [email] } }', /lacks "openid"/);
  wrong('authentication: { required: true, delegated: { to: somebody } }', /leaves it to something else/);
  wrong('authentication: { oidc: { clientSecret: "in the open" } }', /clientSecret/);
  wrong('tls: { certificate: a }', /tls/);
  for (const one of ['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '::/200', '*'])
    wrong(`proxies: ["${one}"]`, /proxies/);
  assert.deepEqual(load('proxies: [10.0.0.0/8, "fd00::/8", 127.0.0.1]').proxies.length, 3);
  wrong('uploads: { days: 0 }', /days/);
  wrong('', /LIMITS__NONE|none/, { OSLER_SERVER_LIMITS__NONE: '1' });
});

test('secrets come from the environment, and no training that a server starts inherits them', () => {
  const secrets = { OSLER_OIDC_CLIENT_SECRET: 'a', OSLER_UPLOAD_KEY: 'b' };
  assert.deepEqual(serverEnvironment(secrets), { overrides: {}, clientSecret: 'a', uploadKey: 'b' });
  Object.assign(process.env, secrets);
  try {
    const child = childEnvironment({ OSLER_HOME: home });
    assert.deepEqual(
      [child.OSLER_OIDC_CLIENT_SECRET, child.OSLER_UPLOAD_KEY, child.OSLER_HOME],
      [undefined, undefined, home],
    );
  } finally {
    for (const name of Object.keys(secrets)) delete process.env[name];
  }
});
