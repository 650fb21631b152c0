import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { OslerError } from '../errors.ts';
import { type Caller, STRANGER } from '../security/caller.ts';
import type { Priority } from '../serving/priority.ts';
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
function fill(admission: Admission, count: number, places: Places, priority: Priority = 'normal') {
  return Array.from({ length: count }, () => {
    const one = asked();
    assert.equal(admission.refusal(places, priority), null);
    admission.enter(one.request, one.reply, places, priority);
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

test('as many as fit into all places are let in again after a while, however steadily they come', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 30, short: 10 };
  const open = fill(admission, 30, places);
  assert.notEqual(admission.refusal(places), null, 'the burst');
  for (const { reply } of open.splice(20)) admission.leave(reply);
  const refused: number[] = [];
  // Twenty clients: each asks again when it has its answer, or at once when it was refused.
  for (let i = 0; i < 2_000; i++, now += 10) {
    if (open.length === 20) admission.leave(open.shift()!.reply);
    while (open.length < 20 && admission.refusal(places) === null) {
      const one = asked();
      admission.enter(one.request, one.reply, places);
      open.push(one);
    }
    if (open.length < 20) {
      refused.push(now - 10_000);
      if (open.length > 0) admission.leave(open.shift()!.reply);
    }
  }
  assert.ok(refused.length > 0 && refused.at(-1)! <= 5_000, `refused until ${refused.at(-1)}`);
});

test('where the load goes on, what filled all places again is refused at once', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 6, short: 2 };
  fill(admission, 6, places);
  for (; now < 15_000; now += 50) assert.notEqual(admission.refusal(places), null);
  const more = fill(admission, 4, places);
  assert.notEqual(admission.refusal(places), null);
  assert.deepEqual(
    more.map(({ request }) => request.wanted!.aborted),
    [true, true, true, true],
    'it is the load of before, and no burst',
  );
  assert.notEqual(admission.refusal(places), null, 'places are few again');
});

test('one of higher priority takes the place of the last one of the lowest; equals and higher ones keep theirs', () => {
  const admission = new Admission();
  const places = { most: 4, short: 4 };
  const [low, last] = fill(admission, 2, places, 'low');
  const [normal] = fill(admission, 1, places);
  const [high] = fill(admission, 1, places, 'high');
  const left = (): boolean[] => [low, last, normal, high].map((one) => one!.request.wanted!.aborted);
  assert.notEqual(admission.refusal(places, 'low'), null);
  assert.equal(admission.refusal(places, 'high'), null);
  assert.deepEqual(left(), [false, false, false, false], 'to ask is not to enter');
  fill(admission, 1, places, 'high');
  assert.deepEqual(left(), [false, true, false, false]);
  assert.equal((last!.request.wanted!.reason as OslerError).code, 'QUEUE_FULL');
  const [later] = fill(admission, 1, places);
  assert.deepEqual(left(), [true, true, false, false]);
  assert.notEqual(admission.refusal(places), null);
  fill(admission, 1, places, 'high');
  assert.deepEqual([...left(), later!.request.wanted!.aborted], [true, true, false, false, true]);
  fill(admission, 1, places, 'high');
  assert.deepEqual(left(), [true, true, true, false]);
  assert.notEqual(admission.refusal(places, 'high'), null, 'all of them are high');
});

test('what still arrives keeps its place, also for one of higher priority; what a body says counts from then on', () => {
  const admission = new Admission();
  const places = { most: 1, short: 1 };
  const [one] = fill(admission, 1, places, 'low');
  one!.arrival.complete = false;
  assert.notEqual(admission.refusal(places, 'high'), null);
  one!.arrival.complete = true;
  admission.rank(one!.reply, 'high');
  assert.notEqual(admission.refusal(places, 'high'), null);
  admission.rank(one!.reply, 'low');
  fill(admission, 1, places);
  assert.equal(one!.request.wanted!.aborted, true);
});

test('where refusals go on, those of the lowest priority are refused first', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 4, short: 2 };
  const open = [...fill(admission, 3, places), ...fill(admission, 1, places, 'high')];
  for (let i = 0; i < 2; i++, now += 100) assert.notEqual(admission.refusal(places), null);
  assert.deepEqual(
    open.map(({ request }) => request.wanted!.aborted),
    [false, true, true, false],
  );
});

test('a batch that has begun keeps its place and its images, whoever comes and however long', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 4, short: 1 };
  const [batch, other, begun] = fill(admission, 3, places, 'low');
  for (const { reply } of [batch!, begun!]) admission.begin(reply);
  fill(admission, 2, places, 'high');
  const left = (): boolean[] => [batch, other, begun].map((one) => one!.request.wanted!.aborted);
  assert.deepEqual(left(), [false, true, false]);
  assert.notEqual(admission.refusal(places), null, 'there is none below it but begun ones');
  for (; now < 10_500; now += 50) admission.refusal(places);
  assert.deepEqual(left(), [false, true, false]);
});

test('who only looks changes nothing for others', (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const admission = new Admission();
  const places = { most: 4, short: 1 };
  const open = fill(admission, 4, places, 'normal');
  for (; now < 12_000; now += 50) assert.equal(admission.look(places, 'normal')?.code, 'QUEUE_FULL');
  assert.equal(admission.look(places, 'high'), null, 'it may find a place');
  assert.deepEqual(
    open.map(({ request }) => request.wanted!.aborted),
    [false, false, false, false],
  );
  admission.leave(open[0]!.reply);
  assert.equal(admission.look(places, 'low'), null);
  fill(admission, 1, places);
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
  registerRefusals(app, () => STRANGER);
  let later = 0;
  app.addHook('onRequest', async () => {
    later += 1;
  });
  let full = true;
  const error = Object.assign(new OslerError('QUEUE_FULL', 'too many', { hint: 'later' }), { retryAfter: 3 });
  const refuses = (_request: FastifyRequest, who: Caller | null) => (full && who === STRANGER ? error : null);
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
