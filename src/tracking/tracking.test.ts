import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { appendEvents } from './append.ts';
import { TrackingConfig, targetsOf } from './config.ts';
import { eventLine, parseEvent } from './events.ts';
import { MlflowClient } from './mlflow/client.ts';
import { mlflowKey } from './mlflow/names.ts';
import { MlflowRemote } from './mlflow/remote.ts';
import { openTargets, reserveId, spooledTargets, trackingDir } from './open.ts';
import { SpooledTracker } from './spooled.ts';
import { syncRun } from './sync.ts';
import { parseGpus, SystemSampler } from './system.ts';
import { type Answer, fakeServer, type Seen } from './testing-server.ts';
import type { RunStart } from './tracker.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-tracking-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const RUN: RunStart = { id: 'a'.repeat(32), name: 'n', experiment: 'e', startTime: 1, user: 'u', group: null };
const REMOTE_ID = 'b'.repeat(32);
const access = (uri: string) => ({ mlflow: { uri }, wandb: { url: 'http://127.0.0.1:9' } });

/** Answers as an MLflow server; refuses the metric `bad`. */
function mlflow({ path, body }: Seen): Answer {
  const json = body.length === 0 || path.includes('mlflow-artifacts') ? {} : JSON.parse(body.toString());
  const run = { info: { run_id: REMOTE_ID, experiment_id: '1', artifact_uri: 'mlflow-artifacts:/1/x/artifacts' } };
  if (path.includes('get-by-name')) return { json: { experiment: { experiment_id: '1', name: 'e' } } };
  if (path.endsWith('runs/create') || path.includes('runs/get')) return { json: { run } };
  if (path.endsWith('runs/search')) return { json: { runs: [run] } };
  if (path.endsWith('log-batch') && JSON.stringify(json).includes('"bad"'))
    return { status: 400, json: { message: 'bad key' } };
  return { json: {} };
}

test('the recipe: names, maps, no passwords', () => {
  assert.deepEqual(targetsOf(TrackingConfig.parse(undefined)), []);
  const spelt = TrackingConfig.parse(['local', 'wandb', { mlflow: { uri: 'http://host:5000/' } }, { wandb: {} }]);
  const targets = targetsOf(spelt);
  assert.equal(targets.length, 2, 'the same twice is one');
  assert.deepEqual(targets[1], {
    mlflow: { uri: 'http://host:5000', experiment: null, checkpoints: true, timeoutSeconds: 30 },
  });
  for (const wrong of [
    ['mlfow'],
    [{ mlflow: { uri: 'host:5000' } }],
    [{ mlflow: { uri: 'http://me:secret@host' } }],
    [{ wandb: { mode: 'on' } }],
  ]) {
    assert.equal(TrackingConfig.safeParse(wrong).success, false, JSON.stringify(wrong));
  }
  assert.throws(() => openTargets(folder, targetsOf(['mlflow']), { access: { mlflow: {}, wandb: { url: '' } } }), {
    code: 'USAGE',
    hint: /MLFLOW_TRACKING_URI/,
  });
  const wrong = (setting: string, message: RegExp) =>
    assert.throws(() => loadConfig(z.strictObject({ tracking: TrackingConfig }), { overrides: [setting] }), {
      message,
    });
  wrong(
    'tracking=[{mlflow: {url: "http://x"}}]',
    /unknown key "tracking\.0\.mlflow\.url"; the nearest valid key is "tracking\.0\.mlflow\.uri"/,
  );
  wrong('tracking=[{wandb: {mode: on}}]', /"tracking\.0\.wandb\.mode" is "on"; expected one of offline, online/);
  wrong('tracking=[{mlflow: {}, wandb: {}}]', /one tracker was expected/);
  const online = targetsOf(TrackingConfig.parse([{ wandb: { mode: 'online' } }]));
  assert.throws(() => openTargets(folder, online, { access: access('') }), { code: 'USAGE', message: /WANDB_API_KEY/ });
});

test('a metric that the server will never take is set aside with its reason; all others arrive', async () => {
  await using server = await fakeServer(mlflow);
  const client = new MlflowClient({ uri: server.uri, timeoutMs: 5_000 });
  const tracker = new SpooledTracker(join(folder, 'refused'), 'm', new MlflowRemote({ client, experiment: null }));
  await tracker.startRun(RUN);
  const keys = Array.from({ length: 30 }, (_, i) => (i === 17 ? 'bad' : `k${i}`));
  await tracker.logMetrics(keys.map((key) => ({ key, value: 1, step: 1, time: 1 })));
  await tracker.logArtifact({ file: join(folder, 'absent'), path: 'absent', kind: 'x' });
  assert.deepEqual(await tracker.close(), { bytes: 0, reason: null });
  const taken = server.seen
    .filter(({ path, body }) => path.endsWith('log-batch') && !body.includes('"bad"'))
    .flatMap(({ body }) =>
      (JSON.parse(body.toString()) as { metrics: { key: string }[] }).metrics.map(({ key }) => key),
    );
  assert.deepEqual(
    taken,
    keys.filter((key) => key !== 'bad'),
  );
  const refused = readFileSync(join(folder, 'refused', 'm.refused.jsonl'), 'utf8')
    .trim()
    .split('\n');
  assert.equal(refused.length, 2);
  assert.match(refused[0]!, /bad key.*"bad"/);
});

test('a server gives the id, once; one that is made without our hearing of it is found again', async () => {
  await using server = await fakeServer(mlflow);
  const targets = targetsOf([{ mlflow: { uri: server.uri, experiment: null, checkpoints: true, timeoutSeconds: 5 } }]);
  const reserved = await reserveId(targets, { candidate: RUN.id, ...RUN }, access(server.uri));
  assert.equal(reserved!.id, REMOTE_ID);
  assert.deepEqual(reserved!.state, { runId: REMOTE_ID, artifactUri: 'mlflow-artifacts:/1/x/artifacts' });
  assert.equal(await reserveId([], { candidate: RUN.id, ...RUN }, access('')), null);
  // The answer to the first attempt is lost.
  let lost = true;
  await using deaf = await fakeServer((seen) => {
    const create = seen.path.endsWith('runs/create');
    if (create && lost) {
      lost = false;
      return 'hang up';
    }
    return mlflow(seen);
  });
  const client = new MlflowClient({ uri: deaf.uri, timeoutMs: 5_000 });
  const tracker = new SpooledTracker(join(folder, 'lost'), 'm', new MlflowRemote({ client, experiment: null }), {
    pauseMs: 1,
  });
  await tracker.startRun(RUN);
  await tracker.close();
  const names = deaf.seen.map(({ path }) => path.split('/').at(-1)!.split('?')[0]);
  assert.deepEqual(
    names.filter((name) => name === 'create' || name === 'search'),
    ['create', 'search'],
  );
});

test('a server that is down when the training begins costs little; sync sends everything later', async () => {
  const targets = targetsOf([{ mlflow: { uri: null, experiment: null, checkpoints: true, timeoutSeconds: 60 } }]);
  const runFolder = join(folder, 'later');
  {
    await using silent = await fakeServer(() => 'never');
    const before = performance.now();
    assert.equal(await reserveId(targets, { candidate: RUN.id, ...RUN }, access(silent.uri)), null);
    assert.ok(performance.now() - before < 30_000);
    const [tracker] = openTargets(runFolder, targets, { access: access(silent.uri), silenceMs: 200 });
    await tracker!.startRun(RUN);
    await tracker!.logMetrics([{ key: 'loss', value: Number.NaN, step: 1, time: 2 }]);
    writeFileSync(join(runFolder, 'a.txt'), 'file');
    await tracker!.logArtifact({ file: join(runFolder, 'a.txt'), path: 'a.txt', kind: 'x' });
    await tracker!.endRun('finished', 3);
    const { bytes, reason } = await tracker!.close();
    assert.ok(bytes > 0 && reason !== null);
  }
  await using server = await fakeServer(mlflow);
  const [spooled] = spooledTargets(runFolder);
  const state = readFileSync(join(trackingDir(runFolder), `${spooled!.name}.target.json`), 'utf8');
  assert.doesNotMatch(state, /password|token/i);
  // It has moved to another address in the meantime.
  const at = join(trackingDir(runFolder), `${spooled!.name}.target.json`);
  writeFileSync(at, state.replace(/http:[^"]+/, server.uri));
  const deps = { access: access(server.uri), send: true };
  const [first] = await syncRun(runFolder, deps);
  assert.deepEqual([first!.left, first!.problem, first!.refused, first!.remoteId], [0, null, 0, REMOTE_ID]);
  assert.ok(first!.sent > 0);
  const seen = server.seen.map(({ path }) => path);
  assert.ok(seen.some((path) => path.endsWith('/artifacts/1/x/artifacts/a.txt')));
  assert.match(String(server.seen.find(({ path }) => path.endsWith('log-batch'))!.body), /"value":"NaN"/);
  const [again] = await syncRun(runFolder, deps);
  assert.equal(again!.sent, 0);
  // The run has ended; what is measured later goes the same way.
  assert.equal(appendEvents(runFolder, [{ type: 'metrics', rows: [['test/auroc', 0.9, 7, 5]] }]), 1);
  const [late] = await syncRun(runFolder, deps);
  assert.equal(late!.left, 0);
  assert.match(String(server.seen.at(-1)!.body), /"key":"test\/auroc","value":0\.9,"timestamp":5,"step":7/);
});

test('a server on this machine that serves no artifacts lets its clients write beside it; a far one refuses', async () => {
  const near = new MlflowClient({ uri: 'http://localhost:1', timeoutMs: 100 });
  writeFileSync(join(folder, 'b.txt'), 'beside');
  for (const [i, root] of [join(folder, 'art 1'), pathToFileURL(join(folder, 'art 2')).href].entries()) {
    await near.upload(root, 'deep/b.txt', join(folder, 'b.txt'));
    assert.equal(readFileSync(join(folder, `art ${i + 1}`, 'deep', 'b.txt'), 'utf8'), 'beside');
    let text = '';
    for await (const bytes of near.download(root, 'deep/b.txt')) text += Buffer.from(bytes).toString();
    assert.equal(text, 'beside');
  }
  const far = new MlflowClient({ uri: 'http://mlflow.example:1', timeoutMs: 100 });
  for (const root of [join(folder, 'art 1'), 's3://bucket/1/x/artifacts']) {
    await assert.rejects(far.upload(root, 'b.txt', join(folder, 'b.txt')), {
      failure: 'refused',
      message: /takes none itself/,
    });
  }
});

test('names that MLflow takes; events as lines; figures of the machine', async () => {
  assert.equal(mlflowKey('val.recall/größe & co'), 'val.recall/größe _ co');
  assert.equal(mlflowKey('../a//b'), '_/a/_/b');
  assert.equal([...mlflowKey('x'.repeat(300))].length, 250);
  const event = {
    type: 'metrics' as const,
    rows: [['a', Number.NEGATIVE_INFINITY, 1, 2]] as [string, number, number, number][],
  };
  assert.deepEqual(parseEvent(eventLine(event)), event);
  assert.deepEqual(parseGpus('0, 37, 1000, 16000, 71.5, 44\n1, [N/A], 0, 16000, [N/A], 30\n'), {
    gpu_0_utilization_percentage: 37,
    gpu_0_memory_usage_megabytes: 1048.576,
    gpu_0_memory_usage_percentage: 6.25,
    gpu_0_power_usage_watts: 71.5,
    gpu_0_temperature_celsius: 44,
    gpu_1_memory_usage_megabytes: 0,
    gpu_1_memory_usage_percentage: 0,
    gpu_1_temperature_celsius: 30,
  });
  const sampler = new SystemSampler(folder);
  const before = performance.now();
  while (performance.now() - before < 30);
  const sample = await sampler.sample();
  assert.ok(sample.system_memory_usage_percentage! > 0 && sample.system_memory_usage_percentage! <= 100);
  assert.ok(sample.disk_usage_percentage! >= 0 && sample.disk_usage_percentage! <= 100);
  assert.equal(existsSync(folder), true);
});

test('a graphics card that does not answer once is asked again; where there is none nobody is', async (t) => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const told = join(bin, 'told');
  const script = `#!/bin/sh\necho x >>"${told}"\n[ "$(wc -l <"${told}")" -gt 1 ] || exit 15\necho "0, 37, 1000, 16000, 71.5, 44"\n`;
  writeFileSync(join(bin, 'nvidia-smi'), script, { mode: 0o755 });
  const path = process.env.PATH;
  t.after(() => {
    process.env.PATH = path;
  });
  process.env.PATH = `${bin}:${path}`;
  const sampler = new SystemSampler(folder);
  const graphics = async () => (await sampler.sample()).gpu_0_utilization_percentage;
  assert.deepEqual([await graphics(), await graphics()], [undefined, 37]);
  process.env.PATH = folder;
  assert.deepEqual([await graphics(), await graphics()], [undefined, undefined]);
  process.env.PATH = `${bin}:${path}`;
  assert.equal(await graphics(), undefined);
  writeFileSync(told, '');
  writeFileSync(join(bin, 'nvidia-smi'), `#!/bin/sh\necho x >>"${told}"\nexit 9\n`, { mode: 0o755 });
  const broken = new SystemSampler(folder);
  for (let i = 0; i < 5; i++) await broken.sample();
  assert.equal(readFileSync(told, 'utf8'), 'x\n'.repeat(3), 'one that never answers is left alone');
});
