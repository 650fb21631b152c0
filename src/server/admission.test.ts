import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply } from 'fastify';
import { OslerError } from '../errors.ts';
import { Admission, registerRefusals } from './admission.ts';

const reply = (): FastifyReply => ({ raw: { once() {} } }) as unknown as FastifyReply;

test('after a refusal places are few until a second has passed without one', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 4, short: 2 };
  const open = Array.from({ length: 4 }, reply);
  for (const one of open) {
    assert.equal(admission.isFull(places), false);
    admission.enter(one);
  }
  assert.equal(admission.isFull(places), true);
  admission.leave(open[0]!);
  admission.leave(open[1]!);
  assert.equal(admission.isFull(places), true, 'two are at work, and that is enough while others are refused');
  admission.leave(open[2]!);
  assert.equal(admission.isFull(places), false);
  admission.enter(open[2]!);
  now += 500;
  assert.equal(admission.isFull(places), true);
  now += 1_001;
  assert.equal(admission.isFull(places), false, 'a burst may wait again');
  assert.equal(admission.underWay, 2);
  assert.equal(admission.isFull({ most: 2, short: 9 }), true, 'few are never more than usual');
});

test('what is refused gets its answer before its body is there, and its connection goes on', async () => {
  const app = Fastify();
  registerRefusals(app);
  let later = 0;
  app.addHook('onRequest', async () => {
    later += 1;
  });
  let full = true;
  const error = Object.assign(new OslerError('QUEUE_FULL', 'too many', { hint: 'later' }), { retryAfter: 3 });
  const refuses = () => (full ? error : null);
  app.post('/full', { config: { may: 'public', refuses } }, async ({ body }) => ({ got: body }));
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(url.port), url.hostname);
  try {
    const head = 'POST /full HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    socket.write(`${head}Content-Length: 9\r\n\r\n{"a"`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    assert.match(first.toString(), /^HTTP\/1\.1 429 /);
    assert.match(first.toString(), /retry-after: 3\r\n/i);
    assert.match(first.toString(), /"QUEUE_FULL"/);
    assert.equal(later, 0, 'nothing else was done for it');
    full = false;
    socket.write(': 12}');
    await sleep(20);
    socket.write(`${head}Content-Length: 7\r\n\r\n{"b":1}`);
    const [second] = (await once(socket, 'data')) as [Buffer];
    assert.match(second.toString(), /^HTTP\/1\.1 200 /);
    assert.equal(later, 1);
  } finally {
    socket.destroy();
    await app.close();
  }
});
