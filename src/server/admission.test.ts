import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { OslerError } from '../errors.ts';
import { Admission, type Places, registerRefusals } from './admission.ts';

/** A request with its reply, whose connection is closed by hand. */
function asked() {
  const raw = Object.assign(new EventEmitter(), { writableFinished: false });
  const reply = { raw } as unknown as FastifyReply;
  const arrival = { complete: true };
  const request = { wanted: null, raw: arrival } as unknown as FastifyRequest;
  return { raw, reply, request, arrival };
}

/** Admits so many. */
function fill(admission: Admission, count: number, places: Places) {
  return Array.from({ length: count }, () => {
    const one = asked();
    assert.equal(admission.refusal(places), null);
    admission.enter(one.request, one.reply);
    return one;
  });
}

test('after a refusal places are few until a second has passed without one', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 4, short: 2 };
  const open = fill(admission, 4, places);
  assert.equal(admission.refusal(places)?.code, 'QUEUE_FULL');
  admission.leave(open[0]!.reply);
  admission.leave(open[1]!.reply);
  assert.notEqual(admission.refusal(places), null, 'two are at work, and that is enough while others are refused');
  admission.leave(open[2]!.reply);
  fill(admission, 1, places);
  now += 50;
  assert.notEqual(admission.refusal(places), null);
  now += 1_001;
  fill(admission, 2, places);
  assert.notEqual(admission.refusal({ most: 2, short: 9 }), null, 'few are never more than usual');
});

test('a burst waits; where refusals go on, those of it that came last are refused too', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 6, short: 2 };
  const open = fill(admission, 6, places);
  const left = (): boolean[] => open.map(({ request }) => request.wanted!.aborted);
  for (let i = 0; i < 20; i++) assert.notEqual(admission.refusal(places), null);
  assert.deepEqual(left(), Array(6).fill(false), 'all at once: a burst');
  now += 1_500;
  assert.notEqual(admission.refusal(places), null);
  assert.deepEqual(left(), Array(6).fill(false), 'another burst, a second later');
  now += 99;
  assert.notEqual(admission.refusal(places), null);
  assert.deepEqual(left(), Array(6).fill(false));
  now += 1;
  const said = admission.refusal(places);
  assert.deepEqual(left(), [false, false, true, true, true, true]);
  assert.equal(open[5]!.request.wanted!.reason, said);
});

test('what still arrives is not refused, and takes no place from what is whole', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 6, short: 2 };
  const open = fill(admission, 6, places);
  const left = (): boolean[] => open.map(({ request }) => request.wanted!.aborted);
  for (const one of [0, 1, 5]) open[one]!.arrival.complete = false;
  for (let i = 0; i < 2; i++, now += 100) admission.refusal(places);
  assert.deepEqual(left(), [false, false, false, false, true, false]);
  open[5]!.arrival.complete = true;
  admission.refusal(places);
  assert.deepEqual(left(), [false, false, false, false, true, true], 'by now it waits like others');
});

test('what a client that went away had asked is not wanted any more; what was answered ends as it did', () => {
  const admission = new Admission();
  const [gone, answered] = fill(admission, 2, { most: 2, short: 2 });
  gone!.raw.emit('close');
  answered!.raw.writableFinished = true;
  answered!.raw.emit('close');
  assert.equal((gone!.request.wanted!.reason as OslerError).code, 'INTERRUPTED');
  assert.equal(answered!.request.wanted!.aborted, false);
  assert.notEqual(admission.refusal({ most: 0, short: 0 }), null);
  fill(admission, 2, { most: 2, short: 2 });
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
