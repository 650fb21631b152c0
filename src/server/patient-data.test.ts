/** What names a patient comes with images, and goes nowhere: not into logs, metrics, addresses, answers or files. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import sharp from 'sharp';
import { until } from '../../test/until.ts';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import { numberedBundle } from '../serving/deployments/testing.ts';
import { picture } from '../serving/testing.ts';
import { loggerOptions } from './logger.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

/** A name, a number and a date, in every place that an image can carry them. */
const NEEDLES = ['Mustermann', 'MRN-4711', '19700101'];
const NAME = 'Mustermann_Erika_MRN-4711_19700101.jpg';

let house: Guarded;
let temporary: string;
const lines: string[] = [];
const said: string[] = [];

before(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'osler-temporary-'));
  house = await openGuarded({
    logger: pino(loggerOptions('trace'), { write: (line: string) => void lines.push(line) }),
    prepare: async (store, home) => {
      await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, 1) });
      await approve(store, person('ben'), 'skin@1', { reason: 'x' }, { policy: policyOf({}) });
      await createDeployment(
        store,
        'derma',
        { live: [{ model: 'skin@1', weight: 1 }] },
        { actor: person('ada'), why: 'test' },
      );
    },
  });
  // What is written from now on is of requests.
  process.env.TMPDIR = temporary;
});
after(async () => {
  await house.close();
  delete process.env.TMPDIR;
  rmSync(temporary, { recursive: true, force: true });
});

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

async function send(
  path: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
  role: 'clinician' | null = 'clinician',
) {
  const response = await house.ask(role, 'POST', path, { body, headers });
  const text = await response.text();
  said.push(`${[...response.headers].join('\n')}\n${text}`);
  return { status: response.status, text };
}

test('predictions, mistakes and refusals leave no trace of a patient', async () => {
  const tags = {
    IFD0: { ImageDescription: `${NEEDLES[0]} ${NEEDLES[1]}`, Artist: NEEDLES[0]!, DateTime: NEEDLES[2]! },
  };
  const image = await sharp(await picture(1))
    .withExif(tags)
    .jpeg()
    .toBuffer();
  assert.ok(image.includes(NEEDLES[0]!), 'the tags are in the file');
  const files = new Set(filesOf(house.home));
  const form = (bytes: Uint8Array): FormData => {
    const body = new FormData();
    body.set('key', `${NEEDLES[0]} ${NEEDLES[1]}`);
    body.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), NAME);
    return body;
  };
  const whole = await send('/v1/predict', form(image));
  assert.equal(whole.status, 200, whole.text);
  const key = { 'content-type': 'image/jpeg', 'x-osler-key': `${NEEDLES[1]}` };
  assert.equal((await send('/v1/predict?heatmap=true', image as never, key)).status, 200);
  const plain = form(image);
  plain.delete('key');
  assert.equal((await send('/predict/image', plain)).status, 200);
  assert.equal((await send('/predict/image', form(image))).status, 400, 'a key counts for deployments alone');
  const strange = form(image);
  strange.set(NEEDLES[0]!, NEEDLES[1]!);
  // Whoever sent a field that there is none of is told its name; nobody else is.
  assert.equal((await house.ask('clinician', 'POST', '/v1/predict', { body: strange })).status, 400);
  assert.equal((await send('/v1/predict/batch', form(image))).status, 200);
  // An image that breaks half way, one that is none, one for a deployment that is not there, one from nobody.
  assert.equal((await send('/v1/predict', form(image.subarray(0, image.length / 2)))).status, 400);
  assert.equal((await send('/v1/predict', form(Buffer.from(NEEDLES.join(' '))))).status, 415);
  assert.equal((await send('/v1/predict?deployment=none', form(image))).status, 404);
  assert.equal((await send('/v1/predict', form(image), {}, null)).status, 401);
  assert.equal(
    (await send('/v1/predict', 'x', { 'content-type': 'text/x-mustermann', 'x-osler-key': NEEDLES[0]! })).status,
    415,
  );
  // Other systems' protocols, well and badly.
  const text = image.toString('base64');
  const json = { 'content-type': 'application/json' };
  const inputs = [{ name: 'image', datatype: 'BYTES', shape: [1], data: [text] }];
  for (const [path, document] of [
    ['/v2/models/derma/infer', { inputs, parameters: { key: NEEDLES[0] } }],
    ['/invocations', { image: text, key: NEEDLES[1] }],
    ['/invocations', { dataframe_records: [{ image: text, key: NEEDLES.join(' '), name: NAME }] }],
  ] as const)
    assert.equal((await send(path, JSON.stringify(document), json)).status, 200, path);
  assert.equal((await send('/inference', form(image))).status, 200);
  for (const path of ['/v2/models/derma/infer', '/v2/models/none/infer', '/invocations', '/inference', '/predict']) {
    const wrong = [NEEDLES, { [NEEDLES[0]!]: NEEDLES[1] }, { inputs: [{ name: NAME }], data: [NAME], image: NAME }];
    for (const document of wrong) {
      const body = JSON.stringify(document);
      const { status } = await house.ask('clinician', 'POST', path, { body, headers: json });
      assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
    }
  }
  const { requestId } = JSON.parse(whole.text) as { requestId: string };
  assert.equal((await send(`/v1/predictions/${requestId}/replay`, form(image))).status, 200);
  const feedback = JSON.stringify({ prediction: requestId, label: 'benign' });
  assert.equal((await send('/v1/feedback', feedback, { 'content-type': 'application/json' })).status, 201);
  const read = await (await house.ask('viewer', 'GET', `/v1/predictions/${requestId}`)).text();
  const metrics = await (await house.ask('viewer', 'GET', '/metrics')).text();

  assert.ok(lines.length >= 10, `${lines.length} lines`);
  for (const needle of NEEDLES) {
    assert.ok(!lines.some((line) => line.toLowerCase().includes(needle.toLowerCase())), `the log knows ${needle}`);
    assert.ok(!metrics.includes(needle), `metrics know ${needle}`);
    assert.ok(!read.includes(needle), `the prediction log knows ${needle}`);
    assert.ok(!said.some((text) => text.includes(needle)), `an answer says ${needle}`);
    for (const file of filesOf(house.home)) assert.ok(!readFileSync(file).includes(needle), `${file} knows ${needle}`);
  }
  // The image itself lies nowhere: neither in the home nor where temporary files go.
  assert.deepEqual(
    filesOf(house.home).filter((file) => !files.has(file) && !/osler\.db|trail|audit/.test(file)),
    [],
  );
  assert.deepEqual(filesOf(temporary), []);
});

test('a job has the names of its files, and nothing else has; its images lie encrypted, and then not at all', async () => {
  const tag = 'tag-in-the-image-77';
  const image = await sharp(await picture(2))
    .withExif({ IFD0: { Artist: tag } })
    .jpeg()
    .toBuffer();
  const before = new Set(filesOf(house.home));
  const body = new FormData();
  body.set('deployment', 'derma');
  body.set('file', new Blob([image as Uint8Array<ArrayBuffer>]), NAME);
  const response = await house.ask('clinician', 'POST', '/v1/jobs', { body });
  const text = await response.text();
  assert.equal(response.status, 202, text);
  const holding = () => filesOf(house.home).filter((file) => readFileSync(file).includes(tag));
  assert.deepEqual(holding(), []);
  const { id } = JSON.parse(text) as { id: string };
  let state = '';
  await until('the end of the job', async () => {
    ({ state } = (await (await house.ask('clinician', 'GET', `/v1/jobs/${id}`)).json()) as { state: string });
    assert.deepEqual(holding(), []);
    return ['done', 'finished', 'failed'].includes(state);
  });
  assert.ok(['done', 'finished'].includes(state), state);
  // A key of the home's own is made with the first job.
  const left = () => filesOf(house.home).filter((file) => !before.has(file) && !/osler\.db|\/keys\//.test(file));
  await until('nothing is left', () => left().length === 0);
  const metrics = await (await house.ask('viewer', 'GET', '/metrics')).text();
  for (const needle of [...NEEDLES, tag]) {
    assert.ok(!lines.some((line) => line.includes(needle)), `the log knows ${needle}`);
    assert.ok(!metrics.includes(needle), `metrics know ${needle}`);
  }
});

test('no route takes what could name a patient in its address', () => {
  const named = house.app
    .routePermissions()
    .filter(({ url }) => /:(file|filename|patient|key|name_of|subject)\b/i.test(url));
  assert.deepEqual(named, []);
});

test('keys stand in no log line', async () => {
  await house.ask('viewer', 'POST', '/v1/deployments');
  await fetch(`${house.url}/v1/runs`, { headers: { authorization: `Bearer ${house.keys.viewer.slice(0, -2)}xx` } });
  for (const text of Object.values(house.keys)) {
    const secret = text.split('_').slice(2).join('_');
    assert.deepEqual(
      lines.filter((line) => line.includes(secret.slice(0, 20))),
      [],
    );
  }
});
