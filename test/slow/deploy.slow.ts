/** From registered versions to answers, with real processes: who changes a deployment and who serves it are different ones. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from '../../src/config/environment.ts';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import type { V1Answer } from '../../src/server/routes/deployments/contract.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { openStore } from '../../src/store/store.ts';
import { until } from '../until.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let home: string;
let child: ChildProcessByStdio<null, Readable, Readable>;
let said = '';
let url: string;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-deploy-'));
  await using store = await openStore(home);
  for (const number of [1, 2, 3]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    if (number === 3) continue;
    await approve(store, person('ben'), `skin@${number}`, { reason: 'looked at it' }, { policy: policyOf({}) });
  }
});
after(async () => {
  child?.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** Exit code and the JSON document. */
async function osler(...args: string[]): Promise<{ code: number; json: never; err: string }> {
  const env = childEnvironment({ OSLER_HOME: home, NO_COLOR: '1', OSLER_USER: 'carl' });
  const run = promisify(execFile)(process.execPath, [main, ...args, '--json'], { env });
  const { code, stdout, stderr } = await run.then(
    (ok) => ({ code: 0, ...ok }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, json: JSON.parse(stdout) as never, err: stderr };
}

async function predict(seed: number, key?: string): Promise<V1Answer> {
  const response = await fetch(`${url}/v1/predict`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', ...(key === undefined ? {} : { 'x-osler-key': key }) },
    body: (await picture(seed)) as unknown as NonNullable<RequestInit['body']>,
  });
  const body = await response.text();
  assert.equal(response.status, 200, body);
  return JSON.parse(body) as V1Answer;
}

/** Until the server has the revision that the store has. */
async function served(revision: number): Promise<void> {
  await until(`revision ${revision} is served`, async () => (await predict(1)).routing.revision === revision);
}

it('is made of approved versions only', async () => {
  const refused = await osler('deploy', 'create', 'derma', 'skin@3');
  assert.equal(refused.code, 2);
  assert.match(refused.err, /skin@3 is pending: it can't answer/);
  const wrong = await osler('deploy', 'create', 'derma', 'skin@1=0');
  assert.match(wrong.err, /VERSION=WEIGHT/);
  const made = await osler('deploy', 'create', 'derma', 'skin@1=70', 'skin@2=30', '--reason', 'first');
  assert.equal(made.code, 0, made.err);
  const document = made.json as { revision: { number: number }; members: { name: string; share: number }[] };
  assert.deepEqual(
    [document.revision.number, ...document.members.map(({ name, share }) => [name, share])],
    [1, ['skin@1', 0.7], ['skin@2', 0.3]],
  );
});

it('answers with the variant that the key belongs to, and says which', async () => {
  child = spawn(process.execPath, [main, 'serve', '--deployment', 'derma', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment({ OSLER_HOME: home, NO_COLOR: '1' }),
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  ({ url } = JSON.parse(text) as { url: string });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => predict(i, `patient-${i % 20}`)));
  const variants = new Map<number, string>();
  for (const [i, { routing, model }] of answers.entries()) {
    assert.deepEqual([routing.deployment, routing.revision, routing.role, routing.by], ['derma', 1, 'live', 'patient']);
    assert.equal(routing.variant, `${model.name}@${model.version}`);
    assert.equal(variants.get(i % 20) ?? routing.variant, routing.variant);
    variants.set(i % 20, routing.variant);
  }
  assert.deepEqual([...new Set(variants.values())].sort(), ['skin@1', 'skin@2']);
  assert.equal((await predict(1)).routing.by, 'request');
});

it('changes versions and weights under load without a failed request, and rolls back', async () => {
  let stop = false;
  const revisions = new Set<number>();
  const failures: string[] = [];
  let count = 0;
  const load = Array.from({ length: 6 }, async (_, i) => {
    while (!stop) {
      await predict(i, `patient-${i}`).then(
        ({ routing }) => {
          revisions.add(routing.revision);
          count += 1;
        },
        (error: Error) => failures.push(error.message),
      );
    }
  });
  for (const [revision, versions] of [['skin@2'], ['skin@1', 'skin@2=3'], ['skin@1']].entries()) {
    assert.equal((await osler('deploy', 'set', 'derma', ...versions)).code, 0);
    await served(revision + 2);
  }
  const back = await osler('deploy', 'rollback', 'derma', '--reason', 'false alarms');
  assert.equal(back.code, 0, back.err);
  await served(5);
  stop = true;
  await Promise.all(load);
  assert.deepEqual(failures, []);
  assert.ok(count > 20, `${count} requests`);
  assert.ok(revisions.size >= 3, `${[...revisions]}`);
  const { json } = await osler('deploy', 'history', 'derma');
  const history = json as { number: number; what: string; who: string; spec: { live: { name: string }[] } }[];
  assert.deepEqual(
    history.map(({ number, what, who }) => [number, what, who]),
    [
      [5, 'deployment.rollback', 'carl'],
      [4, 'deployment.change', 'carl'],
      [3, 'deployment.change', 'carl'],
      [2, 'deployment.change', 'carl'],
      [1, 'deployment.create', 'carl'],
    ],
  );
  assert.deepEqual(history[0]!.spec.live, history[2]!.spec.live);
  assert.equal((await osler('audit', 'verify')).code, 0);
});

it('replays a prediction from its log entry, takes feedback, and ends with the last answer written down', async () => {
  const { requestId, routing, label } = await predict(7, 'patient-3');
  const file = join(home, '7.png');
  await writeFile(file, await picture(7));
  const feedback = await fetch(`${url}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prediction: requestId, label }),
  });
  assert.equal(feedback.status, 201);
  const last = await predict(8);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null], said);
  const { code, json, err } = await osler('deploy', 'replay', requestId, file);
  assert.equal(code, 0, err);
  assert.deepEqual(
    (json as { variant: string; same: boolean }[]).map(({ variant, same }) => [variant, same]),
    [[routing.variant, true]],
  );
  await using store = await openStore(home);
  assert.equal((await store.predictions.get(last.requestId)).length, 1);
  const [entry] = await store.predictions.get(requestId);
  assert.ok(!JSON.stringify(entry).includes('patient-3'));
  await writeFile(file, await picture(9));
  assert.match((await osler('deploy', 'replay', requestId, file)).err, /not the image/);
});

it('gives a version a share that grows, by a plan that is said or refused', async () => {
  assert.equal((await osler('deploy', 'set', 'derma', 'skin@1')).code, 0);
  const begun = await osler('deploy', 'canary', 'derma', 'skin@2', '--steps', '10,50', '--reason', 'new camera');
  assert.equal(begun.code, 0, begun.err);
  const { members } = begun.json as { members: { name: string; role: string; share: number }[] };
  assert.deepEqual(
    members.map(({ name, role, share }) => [name, role, share]),
    [
      ['skin@1', 'live', 0.9],
      ['skin@2', 'canary', 0.1],
    ],
  );
  const promoted = await osler('deploy', 'promote', 'derma', '--reason', 'seen enough');
  assert.deepEqual(
    (promoted.json as { members: { name: string; share: number }[] }).members.map(({ name, share }) => [name, share]),
    [['skin@2', 1]],
  );
  const falling = await osler('deploy', 'canary', 'derma', 'skin@1', '--steps', '50,10');
  assert.equal(falling.code, 2);
  assert.match(falling.err, /steps/);
});
