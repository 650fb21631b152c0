/** An open server on loopback is its machine's alone: no page elsewhere, no other machine, no proxy steers it. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { OslerError } from '../errors.ts';
import { ServerConfig } from '../security/config.ts';
import { openGate } from '../security/gate.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

/** As `fetch` may not: with any Host and Origin. */
function ask(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += String(part);
      });
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('on loopback, nothing configured', () => {
  let house: Guarded;
  const create = (headers: Record<string, string>) =>
    ask(
      house.url,
      'POST',
      '/api/2.0/mlflow/experiments/create',
      headers,
      JSON.stringify({ name: `e ${Math.random()}` }),
    );
  before(async () => {
    house = await openGuarded({ host: '127.0.0.1' });
  });
  after(() => house.close());

  test('it just works, in the name of the local person', async () => {
    assert.equal(house.gate.mode, 'open');
    assert.equal((await create({})).status, 200);
    const about = (await (await fetch(`${house.url}/v1/about`)).json()) as { user: { name: string }; auth: unknown };
    assert.deepEqual([about.user.name, about.auth], ['local person', { required: false, methods: [] }]);
    const own = new URL(house.url).host;
    for (const headers of [
      { origin: house.url },
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-site': 'none' },
      { host: own.replace('127.0.0.1', 'localhost') },
      { authorization: 'Bearer of-another-program' },
      { authorization: `Basic ${Buffer.from('somebody:x').toString('base64')}` },
    ])
      assert.equal((await create(headers)).status, 200, JSON.stringify(headers));
  });

  test("a page elsewhere changes nothing and reads nothing; a link to the server's own page works", async () => {
    const cases: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'not an origin' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
      // A form that a page submits by itself.
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'content-type': 'text/plain',
      },
    ];
    for (const headers of cases) assert.equal((await create(headers)).status, 403, JSON.stringify(headers));
    const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    assert.equal((await ask(house.url, 'GET', '/v1/runs', image)).status, 403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    assert.equal((await ask(house.url, 'GET', '/v1/runs', link)).status, 200);
    const frame = { ...link, 'sec-fetch-dest': 'iframe' };
    assert.equal((await ask(house.url, 'GET', '/v1/runs', frame)).status, 403);
  });

  test('a name that was made to point here (DNS rebinding) is not answered to', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:5000', '10.0.0.1']) {
      const { status } = await ask(house.url, 'GET', '/v1/runs', { host });
      assert.ok(status === 403 || status === 400, `${host}: ${status}`);
    }
    // A probe asks by whatever address it has.
    assert.equal((await ask(house.url, 'GET', '/health/live', { host: '10.1.2.3:8080' })).status, 200);
  });

  test('what a proxy passes on is from who knows whom', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host']) {
      const { status, text } = await ask(house.url, 'GET', '/v1/runs', { [name]: '203.0.113.7' });
      assert.equal(status, 403, name);
      assert.match(text, /asks nobody who they are/);
    }
  });

  test('a key is taken where one is shown, and a wrong one is refused', async () => {
    const about = (await (await house.ask('viewer', 'GET', '/v1/about')).json()) as { user: { name: string } };
    assert.equal(about.user.name, 'the viewer');
    assert.equal(
      (await house.ask('viewer', 'POST', '/api/2.0/mlflow/experiments/create', { body: '{"name":"v"}' })).status,
      403,
    );
    assert.equal((await create({ authorization: 'Bearer osler_0123456789_guessed' })).status, 401);
  });

  test('nothing about other sites stands in the answers', async () => {
    const { headers } = await ask(house.url, 'GET', '/v1/runs', { origin: house.url });
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.equal(headers['strict-transport-security'], undefined);
    assert.equal(headers['cache-control'], 'no-store');
  });
});

describe('pages elsewhere that are named', () => {
  let house: Guarded;
  const page = 'https://pacs.example';
  before(async () => {
    house = await openGuarded({ config: { origins: [page], hosts: ['osler.clinic.example'] } });
  });
  after(() => house.close());

  test('may ask with a key; a preflight needs none; others get no permission of a browser', async () => {
    const preflight = {
      origin: page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const asked = await ask(house.url, 'OPTIONS', '/v1/predict', preflight);
    assert.deepEqual([asked.status, asked.headers['access-control-allow-origin']], [204, page]);
    assert.equal(asked.headers['access-control-allow-credentials'], undefined);
    const headers = String(asked.headers['access-control-allow-headers']).split(/, */);
    for (const name of ['authorization', 'content-type', 'x-osler-key', 'x-osler-version'])
      assert.ok(headers.includes(name), name);
    const other = await ask(house.url, 'OPTIONS', '/v1/predict', { ...preflight, origin: 'https://evil.example' });
    assert.notEqual(other.headers['access-control-allow-origin'], 'https://evil.example');
    const got = await ask(house.url, 'GET', '/v1/runs', { origin: page, authorization: `Bearer ${house.keys.viewer}` });
    assert.deepEqual([got.status, got.headers['access-control-allow-origin']], [200, page]);
  });

  test("names that are not the server's are refused with and without a key", async () => {
    const authorization = `Bearer ${house.keys.viewer}`;
    assert.equal(
      (await ask(house.url, 'GET', '/v1/runs', { authorization, host: 'osler.clinic.example' })).status,
      200,
    );
    assert.equal((await ask(house.url, 'GET', '/v1/runs', { authorization, host: 'evil.example' })).status, 403);
  });
});

describe('what starts, and what does not', () => {
  const user = 'local person';
  const gateOf = (config: unknown, host: string, access: Guarded['store']['access'] | null) =>
    openGate({ config: ServerConfig.parse(config), host, user, access });
  let house: Guarded;
  before(async () => {
    house = await openGuarded();
  });
  after(() => house.close());
  const none = { hasUsableKey: async () => false } as unknown as Guarded['store']['access'];

  test('beyond loopback somebody must be able to prove who they are', async () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.5', 'clinic.example'])
      await assert.rejects(
        gateOf({}, host, none),
        (error) => error instanceof OslerError && error.code === 'USAGE' && /keys create/.test(error.hint!),
      );
    await assert.rejects(gateOf({}, '0.0.0.0', null), OslerError);
    await assert.rejects(gateOf({ authentication: { required: true } }, '127.0.0.1', none), /there is none/);
    assert.equal((await gateOf({}, '0.0.0.0', house.store.access)).mode, 'asks');
    assert.equal((await gateOf({ authentication: { required: true } }, '127.0.0.1', house.store.access)).mode, 'asks');
    assert.equal((await gateOf({}, '127.0.0.1', null)).mode, 'open');
  });

  test('where something in front authenticates, its name and its roles count, and no more', async () => {
    const delegated = await openGuarded({ config: { authentication: { delegated: { to: 'SageMaker, by IAM' } } } });
    try {
      const about = (await (await fetch(`${delegated.url}/v1/about`)).json()) as {
        user: { name: string; permissions: string[] };
      };
      assert.deepEqual(about.user, { name: 'SageMaker, by IAM', permissions: ['public', 'read', 'predict'] });
      assert.equal((await fetch(`${delegated.url}/v1/runs`)).status, 200);
      const post = (path: string, headers = {}) => ask(delegated.url, 'POST', path, headers, '{}');
      assert.equal((await post('/api/2.0/mlflow/experiments/create')).status, 403);
      assert.equal(
        (await post('/v1/predict', { 'x-forwarded-for': '203.0.113.7', host: 'endpoint.example' })).status !== 403,
        true,
      );
      assert.equal((await post('/v1/predict', { origin: 'https://evil.example' })).status, 403);
    } finally {
      await delegated.close();
    }
  });

  test('what stands in front may say who it was', async () => {
    const config = {
      authentication: { delegated: { to: 'the proxy', roles: ['engineer'], nameHeader: 'x-forwarded-email' } },
    };
    const delegated = await openGuarded({ config });
    try {
      const create = (headers: Record<string, string>) =>
        ask(
          delegated.url,
          'POST',
          '/api/2.0/mlflow/registered-models/create',
          headers,
          JSON.stringify({ name: String(Math.random()) }),
        );
      assert.equal((await create({ 'x-forwarded-email': 'ada@clinic.example' })).status, 200);
      assert.equal((await create({})).status, 200);
      const names = (await delegated.store.trail.read({ last: 2 })).map(({ who }) => who);
      assert.deepEqual(names, ['ada@clinic.example', 'the proxy']);
    } finally {
      await delegated.close();
    }
  });
});
