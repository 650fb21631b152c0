/** Bodies and addresses that nobody means well with, to every route that takes one: a refusal in words, never a failure. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Guarded, openGuarded } from '../../src/server/testing-guarded.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';

const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
const BODIES: [string, string | Buffer][] = [
  ['application/json', '{"a":'],
  ['application/json', deep],
  ['application/json', '{"__proto__": {"may": "manage"}, "constructor": {"prototype": {}}}'],
  ['application/json', '"\\ud800"'],
  ['application/json; charset=utf-16', Buffer.from('{"name":"x"}', 'utf16le')],
  ['application/x-evil', 'x'],
  ['text/html', '<script>'],
  ['multipart/form-data', 'no boundary'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="file"; filename="../../a"\r\n\r\nabc',
  ],
  ['application/octet-stream', Buffer.from([0, 255, 0, 255])],
  ['image/png', Buffer.from('\x89PNG\r\n\x1a\n')],
  ['image/jpeg;;;=', 'x'],
  ['', 'x'],
];
/** As parameters of a path. */
const NAMES = [
  ...[
    'x',
    '%00',
    '..%2f..',
    '%F0%9F%92%A3',
    '-1',
    '99999999999999999999',
    '9007199254740991',
    '1e30',
    "'%3B--",
    '%E0%A4%A',
  ],
  // As cursors, which are JSON in base64.
  ...['{"offset":9007199254740991}', '[1e300,"\\u0000"]', '{"at":"\\u0000","id":"\\u0000","seq":1e300}'].map((text) =>
    Buffer.from(text).toString('base64url'),
  ),
];

const programs = postgresPrograms();
for (const engine of ['SQLite', 'PostgreSQL'] as const)
  describe(`over ${engine}`, { skip: engine === 'PostgreSQL' && programs === undefined }, () => {
    let server: PostgresServer | undefined;
    let house: Guarded;
    before(async () => {
      if (engine === 'PostgreSQL') server = await startPostgres(programs!);
      const databaseUrl = await server?.database();
      house = await openGuarded({ config: { limits: { perCaller: 1e7, perAddress: 1e7 } }, databaseUrl });
    });
    after(async () => {
      await house.close();
      server?.stop();
    });

    test('no route fails for a body that is none', async () => {
      const wrong: string[] = [];
      let asked = 0;
      // These begin a training or end this server's work without a body: what they do is not garbage.
      const routes = house.app
        .routePermissions()
        .filter(({ method, url }) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !/demo/.test(url));
      for (const { method, url } of routes) {
        const path = url.replace(/:(\w+)/g, 'x').replace(/\*/g, 'x');
        for (const [type, body] of BODIES) {
          const response = await house.app.inject({
            method: method as 'POST',
            url: path,
            headers: {
              host: '127.0.0.1',
              authorization: `Bearer ${house.keys.admin}`,
              ...(type === '' ? {} : { 'content-type': type }),
            },
            payload: body,
          });
          asked += 1;
          // Loading is over, and nothing is served: 503 would be a failure too.
          if (response.statusCode >= 500)
            wrong.push(`${method} ${path} ${type}: ${response.statusCode} ${response.body.slice(0, 200)}`);
        }
      }
      assert.ok(asked > 500, `${asked}`);
      assert.deepEqual(wrong, []);
      assert.equal(({} as { may?: string }).may, undefined);
    });

    test('no route fails for a name or a query that is none', async () => {
      const wrong: string[] = [];
      // Streams end when the server does.
      const routes = house.app.routePermissions().filter(({ method, url }) => method === 'GET' && !/events/.test(url));
      for (const { url } of routes) {
        for (const name of NAMES) {
          for (const query of [
            '',
            `?limit=${name}&cursor=${name}&filter=${name}&path=${name}&from=${name}&key=${name}&q=${name}`,
          ]) {
            const path = `${url.replace(/:(\w+)/g, name).replace(/\*/g, name)}${query}`;
            const headers = { host: '127.0.0.1', authorization: `Bearer ${house.keys.admin}` };
            const response = await house.app.inject({ method: 'GET', url: path, headers });
            // 501: MLflow's clients ask for what is done another way here.
            if (
              response.statusCode >= 500 &&
              response.statusCode !== 501 &&
              !/health\/(ready|deep)|^\/ping|ready/.test(url)
            )
              wrong.push(`GET ${path}: ${response.statusCode} ${response.body.slice(0, 200)}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    });
  });
