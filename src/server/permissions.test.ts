/** Every route of both servers asks for a permission, and nobody passes without it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createKey } from '../security/keys.ts';
import { type Permission, permissionsOf, ROLES } from '../security/permission.ts';
import { FakePredictor, saying } from '../serving/deployments/testing.ts';
import { buildApp } from './app.ts';
import type { RoutePermission } from './plugins/access.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

/** What anyone may ask without a name. A route more is a decision. */
const PUBLIC = [
  /^\/$/,
  /^\/\*$/,
  /^\/(favicon|icon)[\w.]*$/,
  /^\/assets\//,
  /^\/docs(\/|$)/,
  /^\/health(\/(live|ready))?$/,
  /^\/v2(\/health\/(live|ready))?$/,
  /^\/ping$/,
  /^\/version$/,
  /^\/v1\/about$/,
  /^\/v1\/session(\/|$)/,
];

let page: string;
let house: Guarded;
let slim: FastifyInstance;

before(async () => {
  page = mkdtempSync(join(tmpdir(), 'osler-page-'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Osler</title>');
  house = await openGuarded({ page, config: { limits: { perAddress: 1e7, perCaller: 1e7, failures: 1e7 } } });
  slim = await buildApp({
    predictor: new FakePredictor(async () => saying(0.3)),
    version: '0.0.0',
    page,
    security: { gate: house.gate, certificate: null },
  });
  await slim.ready();
});
after(async () => {
  await slim.close();
  await house.close();
  rmSync(page, { recursive: true, force: true });
});

const pathOf = (url: string): string => url.replace(/:(\w+)(\([^)]*\))?/g, 'x').replace(/\*/g, 'x');

const BY_STATUS: Record<number, string> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };

/** The HTTP status and our code or MLflow's. */
async function ask(app: FastifyInstance, { method, url }: RoutePermission, key?: string) {
  const response = await app.inject({
    method: method as 'GET',
    url: pathOf(url),
    headers: { host: '127.0.0.1', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  });
  const body = method === 'HEAD' ? {} : (response.json() as { error?: { code: string } | string; error_code?: string });
  // KServe's protocol knows texts alone.
  const code = typeof body.error === 'string' ? BY_STATUS[response.statusCode] : body.error?.code;
  return { status: response.statusCode, code: code ?? body.error_code };
}

for (const [name, appOf, least] of [
  ['the whole house', () => house.app, 100],
  ['the slim predictor', () => slim, 10],
] as const) {
  describe(name, () => {
    test('every route says what it asks for', () => {
      const routes = appOf().routePermissions();
      assert.ok(routes.length >= least, `${routes.length} routes`);
      const silent = routes.filter(({ may }) => may === undefined).map(({ method, url }) => `${method} ${url}`);
      assert.deepEqual(silent, [], 'config: { may } is missing');
    });

    test('only what is meant to be is public', () => {
      const open = appOf()
        .routePermissions()
        .filter(({ may, url }) => may === 'public' && !PUBLIC.some((pattern) => pattern.test(url)));
      assert.deepEqual(open, []);
    });

    test('nobody without a key, and no role without the permission, comes to a handler', async () => {
      const app = appOf();
      const wrong: string[] = [];
      let refused = 0;
      for (const route of app.routePermissions()) {
        const { may, method, url } = route;
        if (may === undefined || may === 'public') continue;
        const expect = async (who: string, key: string | undefined, status: number, codes: string[]) => {
          const got = await ask(app, route, key);
          refused += 1;
          if (got.status !== status || (method !== 'HEAD' && !codes.includes(got.code ?? '')))
            wrong.push(`${method} ${url} as ${who}: ${got.status} ${got.code}`);
        };
        await expect('nobody', undefined, 401, ['UNAUTHENTICATED']);
        await expect('a guesser', 'osler_0123456789_guessed', 401, ['UNAUTHENTICATED']);
        for (const role of ROLES)
          if (!permissionsOf([role]).includes(may))
            await expect(role, house.keys[role], 403, ['FORBIDDEN', 'PERMISSION_DENIED']);
      }
      assert.deepEqual(wrong, []);
      assert.ok(refused > least);
    });
  });
}

test('a key that was narrowed is told what is left of its role', async () => {
  const actor = { who: 'test', via: 'test' };
  const asked = { name: 'gateway', roles: ['engineer' as const], only: ['predict' as const], expiresAt: null };
  const { text } = await createKey(house.store, actor, asked);
  const headers = { authorization: `Bearer ${text}` };
  const response = await fetch(`${house.url}/v1/runs`, { headers });
  assert.equal(response.status, 403);
  const { error } = (await response.json()) as { error: { message: string; hint: string } };
  assert.equal(error.message, 'gateway may not do this: it needs the permission "read".');
  assert.match(
    error.hint,
    /^This key may: predict\. Roles that have it: viewer, .*, where a key is not narrowed to less\.$/,
  );
});

test('a path that is spelt otherwise leads nowhere', async () => {
  const { port } = new URL(house.url);
  // As fetch would not send it.
  const statusOf = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on('error', reject);
    });
  for (const path of [
    '//v1/runs',
    '/v1//runs',
    '/v1/./runs',
    '/health/../v1/runs',
    '/v1/%2e%2e/v1/runs',
    '/v1/runs%00',
  ])
    assert.equal(await statusOf(path), 404, path);
  assert.equal(await statusOf('/%76%31/runs'), 401);
});

test('who has the permission comes in', async () => {
  const asks: [Permission, string, string][] = [
    ['read', 'GET', '/v1/runs'],
    ['read', 'GET', '/metrics'],
    ['read', 'POST', '/api/2.0/mlflow/runs/search'],
    ['predict', 'POST', '/v1/predict'],
    ['write', 'POST', '/api/2.0/mlflow/runs/create'],
    ['decide', 'POST', '/v1/deployments'],
  ];
  for (const [may, method, path] of asks) {
    for (const role of ROLES) {
      const response = await house.ask(role, method, path);
      const passed = response.status !== 401 && response.status !== 403;
      assert.equal(passed, permissionsOf([role]).includes(may), `${role} ${method} ${path}: ${response.status}`);
    }
  }
});

test('the OpenAPI document says which routes need a key, and for what', async () => {
  const document = (await (await house.ask(null, 'GET', '/docs/json')).json()) as {
    paths: Record<string, Record<string, { security?: { bearer: string[] }[]; responses: Record<string, unknown> }>>;
  };
  const post = document.paths['/v1/deployments']!.post!;
  assert.deepEqual(post.security, [{ bearer: ['decide'] }]);
  for (const status of ['401', '403', '429']) assert.ok(status in post.responses, status);
  assert.equal(document.paths['/v1/about']!.get!.security, undefined);
  // Files and streams too, and what all of them answer with.
  const image = document.paths['/v1/datasets/{name}/versions/{version}/images/{number}']!.get!;
  assert.deepEqual(image.security, [{ bearer: ['read'] }]);
  assert.deepEqual(Object.keys(image.responses), ['200', '400', '401', '403', '404', '429']);
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(methods))
      assert.ok(
        Object.keys(responses).some((status) => status.startsWith('2')),
        `${method} ${path}`,
      );
});
