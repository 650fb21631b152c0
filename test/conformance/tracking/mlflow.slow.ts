/** A real MLflow server and MLflow's own client against Osler's tracker, import and export. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../../src/config/environment.ts';
import { wandbSource } from '../../../src/tracking/exchange/wandb.ts';
import { drawDataset } from '../../../src/training/testing.ts';
import { osler, oslerJson } from '../../command.ts';
import { MLFLOW } from '../mlflow/servers.ts';
import { peer } from '../venv.ts';
import { script } from './python.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

const RECIPE = `
dataset: spots
model: { name: simple_cnn }
data: { size: 24, channels: 1, workers: 1 }
optimiser: { kind: adamw, lr: 0.003 }
training: { epochs: 2, batchSize: 8, threads: 1 }
`;

/** A run as MLflow's client tells it. */
interface Theirs {
  id: string;
  name: string;
  status: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Record<string, [step: number, value: number | string, time: number][]>;
  artifacts: string[];
  inputs: [name: string, digest: string][];
}

const TELL = `
import json, math, sys
from mlflow import MlflowClient
def files(client, run, path=None):
    out = []
    for item in client.list_artifacts(run, path):
        out += files(client, run, item.path) if item.is_dir else [item.path]
    return out
def value(v):
    return v if math.isfinite(v) else str(v)
def tell(client, run):
    run = client.get_run(run)
    return {
        'id': run.info.run_id, 'name': run.info.run_name, 'status': run.info.status,
        'params': run.data.params, 'tags': run.data.tags, 'artifacts': sorted(files(client, run.info.run_id)),
        'metrics': {k: [[m.step, value(m.value), m.timestamp] for m in client.get_metric_history(run.info.run_id, k)] for k in run.data.metrics},
        'inputs': [[i.dataset.name, i.dataset.digest] for i in run.inputs.dataset_inputs],
    }
`;

describe("MLflow's own server and client", () => {
  let folder: string;
  let home: string;
  let recipe: string;
  let python: string;
  let server: ChildProcess | undefined;
  let uri: string;

  before(async () => {
    python = await peer('mlflow', MLFLOW);
    folder = mkdtempSync(join(tmpdir(), 'osler-mlflow-'));
    home = join(folder, 'home');
    await drawDataset(home, { perClass: 40 });
    recipe = join(folder, 'recipe.yaml');
    writeFileSync(recipe, RECIPE);
    const port = await freePort();
    uri = `http://127.0.0.1:${port}`;
    const place = [
      '--backend-store-uri',
      `sqlite:///${join(folder, 'mlflow.db')}`,
      '--artifacts-destination',
      join(folder, 'artifacts'),
    ];
    server = spawn(
      join(dirname(python), 'mlflow'),
      ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...place],
      {
        cwd: folder,
        stdio: 'ignore',
        // Its workers end with it.
        detached: true,
      },
    );
    // Its first answers, to anything that needs the database, take seconds.
    for (const path of ['/health', '/api/2.0/mlflow/experiments/get?experiment_id=0', '/health']) {
      for (let waited = 0; ; waited += 200) {
        const answered = await fetch(`${uri}${path}`, { signal: AbortSignal.timeout(60_000) }).then(
          ({ ok }) => ok,
          () => false,
        );
        if (answered) break;
        assert.ok(waited < 90_000, 'the MLflow server does not start');
        await sleep(200);
      }
    }
  });
  after(() => {
    if (server?.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function theirs(id: string, env: Record<string, string> = { MLFLOW_TRACKING_URI: uri }): Promise<Theirs> {
    const { stdout } = await script(
      python,
      folder,
      `${TELL}\nprint(json.dumps(tell(MlflowClient(), ${JSON.stringify(id)})))`,
      env,
    );
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Theirs;
  }

  interface Shown {
    status: string;
    metrics: { key: string; points: number; last: number }[];
    artifacts: { path: string }[];
  }

  test('a training has one id here and there, and everything that Osler logs without being asked', async () => {
    let run = '';
    // A machine that is busy with much else may not let the server answer in time: then the run has another id there.
    for (let attempt = 0; attempt < 3; attempt++) {
      ({ run } = await oslerJson<{ run: string }>(home, ['train', recipe, `tracking=[{mlflow: {uri: "${uri}"}}]`]));
      const { runs } = await oslerJson<{ runs: { remoteId: string }[] }>(home, ['tracking', 'sync', run]);
      if (runs[0]!.remoteId === run) break;
    }
    const there = await theirs(run);
    assert.equal(there.id, run);
    assert.equal(there.status, 'FINISHED');
    assert.equal(there.params['training.epochs'], '2');
    assert.equal(there.params['optimiser.lr'], '0.003');
    assert.equal(there.params.seed, '1');
    assert.equal(there.tags['osler.dataset'], 'spots@1');
    assert.ok(
      there.tags['mlflow.source.git.commit'] === undefined ||
        /^[0-9a-f]{40}$/.test(there.tags['mlflow.source.git.commit']),
    );
    assert.equal(there.inputs[0]![0], 'spots');
    const here = await oslerJson<Shown>(home, ['runs', 'show', run]);
    for (const { key, points, last } of here.metrics) {
      assert.equal(there.metrics[key]!.length, points, key);
      assert.equal(there.metrics[key]!.at(-1)![1], last, key);
    }
    for (const key of ['train.lr', 'val.recall/left', 'val.auroc/right', 'system/cpu_utilization_percentage']) {
      assert.ok(there.metrics[key] !== undefined, `${key} is logged`);
    }
    for (const path of [
      'config.yaml',
      'environment.json',
      'curves.svg',
      'confusion.svg',
      'validation.json',
      'checkpoints/best/model.safetensors',
    ]) {
      assert.ok(there.artifacts.includes(path), `${path} is there: ${there.artifacts.join()}`);
    }
  });

  test('a server that is down, silent or failing: the training ends as it would without, and sync brings all of it', async () => {
    for (const kind of ['down', 'silent', 'failing'] as const) {
      let answering = kind !== 'silent';
      const wall = createServer((_request, response) => {
        if (kind === 'silent' && !answering) return;
        response.writeHead(503).end('{}');
      });
      await new Promise<void>((resolve) => wall.listen(0, '127.0.0.1', resolve));
      const dead = `http://127.0.0.1:${(wall.address() as AddressInfo).port}`;
      if (kind === 'down') await new Promise((resolve) => wall.close(resolve));
      const trained = await osler(home, ['train', recipe, `tracking=[{mlflow: {uri: "${dead}"}}]`, '--json']);
      answering = true;
      assert.equal(trained.code, 0, trained.stderr);
      assert.match(trained.stderr, /osler tracking sync/, kind);
      const { run } = JSON.parse(trained.stdout) as { run: string };
      const unsent = await oslerJson<{ runs: { left: number }[] }>(home, ['tracking', 'sync', run, '--dry-run']);
      assert.ok(unsent.runs[0]!.left > 1_000);
      wall.closeAllConnections();
      if (kind !== 'down') await new Promise((resolve) => wall.close(resolve));
      // The server is there again, at the address that it had.
      const proxy = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', async () => {
          const body = Buffer.concat(parts);
          const { method = 'GET' } = request;
          const answer = await fetch(`${uri}${request.url}`, {
            method,
            headers: { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' },
            ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
          });
          response.writeHead(answer.status, {
            'content-type': answer.headers.get('content-type') ?? 'application/json',
          });
          response.end(Buffer.from(await answer.arrayBuffer()));
        });
      });
      await new Promise<void>((resolve) => proxy.listen(Number(new URL(dead).port), '127.0.0.1', resolve));
      const synced = await oslerJson<{ runs: { left: number; refused: number; remoteId: string }[] }>(home, [
        'tracking',
        'sync',
        run,
      ]);
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      assert.deepEqual([synced.runs[0]!.left, synced.runs[0]!.refused], [0, 0]);
      const there = await theirs(synced.runs[0]!.remoteId);
      assert.equal(there.tags['osler.run'], run);
      const here = await oslerJson<Shown>(home, ['runs', 'show', run]);
      for (const { key, points } of here.metrics) assert.equal(there.metrics[key]!.length, points, key);
      assert.equal(there.status, 'FINISHED');
    }
  });

  test('kill -9 and resume: one run there as here, each value once', async () => {
    const settings = [
      `tracking=[{mlflow: {uri: "${uri}"}}, wandb]`,
      'training.epochs=12',
      'training.checkpointSteps=5',
    ];
    const runs = () => (existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []);
    const known = new Set(runs());
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, 'train', recipe, ...settings],
      {
        stdio: 'ignore',
        env: childEnvironment({ OSLER_HOME: home }),
        detached: true,
      },
    );
    let run = '';
    for (let waited = 0; ; waited += 20) {
      run = runs().find((name) => !known.has(name)) ?? '';
      const log = join(home, 'runs', run, 'log.jsonl');
      if (run !== '' && existsSync(log) && readFileSync(log, 'utf8').split('\n').length > 25) break;
      assert.ok(waited < 60_000);
      await sleep(20);
    }
    process.kill(-child.pid!, 'SIGKILL');
    await oslerJson(home, ['train', '--resume', run]);
    // A busy server may not have taken the last of it yet.
    const { runs: synced } = await oslerJson<{ runs: { remoteId: string }[] }>(home, ['tracking', 'sync', run]);
    const there = await theirs(synced[0]!.remoteId);
    const wandb: Record<string, number> = {};
    for await (const { metrics } of wandbSource(join(home, 'runs', run, 'wandb'))) {
      for await (const points of metrics()) for (const { key } of points) wandb[key] = (wandb[key] ?? 0) + 1;
    }
    const here = await oslerJson<Shown>(home, ['runs', 'show', run]);
    assert.equal(here.status, 'finished');
    for (const { key, points } of here.metrics) {
      if (key.startsWith('system/')) continue;
      assert.equal(there.metrics[key]!.length, points, key);
      assert.equal(wandb[key], points, `${key} of W&B`);
    }
    assert.equal(there.status, 'FINISHED');
  });

  test("a training in a folder of MLflow's files: figures of a class beside those of all, read by MLflow's client", async () => {
    const { run } = await oslerJson<{ run: string }>(home, ['train', recipe]);
    const place = join(folder, 'trained');
    await oslerJson(home, ['tracking', 'export', place, run, '--to', 'mlflow']);
    const there = await theirs(run, { MLFLOW_TRACKING_URI: `file://${place}`, MLFLOW_ALLOW_FILE_STORE: 'true' });
    const here = await oslerJson<Shown>(home, ['runs', 'show', run]);
    for (const key of ['val.auroc', 'val.auroc.left', 'val.auroc.right'])
      assert.ok(there.metrics[key] !== undefined, key);
    assert.equal(Object.keys(there.metrics).length, here.metrics.length);
    const back = join(folder, 'trained-back');
    await oslerJson(back, ['tracking', 'import', place]);
    const shown = await oslerJson<Shown>(back, ['runs', 'show', run]);
    assert.deepEqual(shown.metrics, here.metrics);
  });

  test("export to a server and to a folder, read by MLflow's client; import of what the client wrote", async () => {
    const written = JSON.parse(
      (
        await script(
          python,
          folder,
          `${TELL}
import mlflow, numpy
mlflow.set_experiment('from python')
with mlflow.start_run(run_name='parent') as run:
    mlflow.log_params({'a': 1, 'long': 'x' * 6000})
    for i in range(30):
        mlflow.log_metric('loss', 1 / (i + 1), step=i)
    mlflow.log_metric('odd', float('nan'), step=1)
    mlflow.log_metric('odd', float('inf'), step=2)
    mlflow.log_metric('same step', 1, step=5); mlflow.log_metric('same step', 2, step=5)
    mlflow.log_text('some text', 'notes/a.txt')
    mlflow.log_input(mlflow.data.from_numpy(numpy.zeros((3, 2)), name='zeros'), context='training')
    with mlflow.start_run(nested=True, run_name='child'):
        mlflow.log_metric('loss', 3)
print(json.dumps(tell(MlflowClient(), run.info.run_id)))`,
          { MLFLOW_TRACKING_URI: uri },
        )
      ).stdout
        .trim()
        .split('\n')
        .at(-1)!,
    ) as Theirs;
    const imported = await oslerJson<{ moved: { run: string; metrics: number }[]; failed: unknown[] }>(home, [
      'tracking',
      'import',
      uri,
      '--experiment',
      'from python',
    ]);
    assert.equal(imported.moved.length, 2);
    assert.ok(
      imported.moved.some(({ run }) => run === written.id),
      'the id is kept',
    );
    // Once more changes nothing, and a folder that MLflow's client reads has the same run.
    await oslerJson(home, ['tracking', 'import', uri, '--experiment', 'from python']);
    const place = join(folder, 'out');
    mkdirSync(place);
    await oslerJson(home, ['tracking', 'export', join(place, 'mlruns'), written.id, '--to', 'mlflow']);
    const files = await theirs(written.id, {
      MLFLOW_TRACKING_URI: `file://${join(place, 'mlruns')}`,
      MLFLOW_ALLOW_FILE_STORE: 'true',
    });
    assert.deepEqual(files, {
      ...written,
      metrics: {
        ...written.metrics,
        odd: [
          [1, 'nan', written.metrics.odd![0]![2]],
          [2, 'inf', written.metrics.odd![1]![2]],
        ],
      },
    });
    const again = join(folder, 'again');
    await oslerJson(again, ['tracking', 'import', join(place, 'mlruns')]);
    const twin = await osler(again, ['tracking', 'export', uri, written.id, '--experiment', 'back again']);
    assert.equal(twin.code, 2, twin.stderr);
    assert.match(twin.stderr, new RegExp(`Run ${written.id} is on ${uri} already`));
    // Under another id it is another run.
    const id = 'd4'.repeat(16);
    const experiment = readdirSync(join(place, 'mlruns')).find((name) =>
      existsSync(join(place, 'mlruns', name, written.id)),
    );
    const moved = join(place, 'mlruns', experiment!, id);
    renameSync(join(place, 'mlruns', experiment!, written.id), moved);
    const meta = readFileSync(join(moved, 'meta.yaml'), 'utf8');
    writeFileSync(join(moved, 'meta.yaml'), meta.replaceAll(written.id, id));
    const other = join(folder, 'other');
    await oslerJson(other, ['tracking', 'import', join(place, 'mlruns')]);
    await oslerJson(other, ['tracking', 'export', uri, id, '--experiment', 'back again']);
    const { stdout } = await script(
      python,
      folder,
      `${TELL}
client = MlflowClient()
exp = client.get_experiment_by_name('back again')
print(json.dumps(tell(client, client.search_runs([exp.experiment_id])[0].info.run_id)))`,
      { MLFLOW_TRACKING_URI: uri },
    );
    const back = JSON.parse(stdout.trim().split('\n').at(-1)!) as Theirs;
    assert.equal(back.tags['osler.run'], id);
    for (const field of ['params', 'metrics', 'artifacts', 'inputs', 'name', 'status'] as const) {
      assert.deepEqual(back[field], written[field], field);
    }
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
