/** MLflow 3's logged models, as its own client (3.17.2) logs and reads them: through import and export of servers and folders, and through `osler server`. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { osler, oslerJson } from '../../command.ts';
import { MLFLOW, QUIET, type RunningServer, startMlflow, startOsler } from '../mlflow/servers.ts';
import { peer } from '../venv.ts';
import { script } from './python.ts';

/** What the client says of a model, of the runs that it is of, and what comes out of it when it is loaded. */
interface Theirs {
  models: Record<string, { id: string; name: string; files: Record<string, string>; [field: string]: unknown }>;
  runs: Record<string, { made: [string, number][]; read: string[] }>;
  answer: number[][];
}

const LOG = `
import mlflow, onnx
from mlflow import MlflowClient
from mlflow.entities import LoggedModelInput, Metric
from onnx import TensorProto, helper

client = MlflowClient()
place = mlflow.set_experiment("skin lesions").experiment_id
shape = [None, 2]
graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "double",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)], [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)])
double = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
with mlflow.start_run(run_name="training") as run:
    info = mlflow.onnx.log_model(double, name="double", params={"depth": "1", "lr": "0.10"}, model_type="toy", step=3)
    mlflow.log_metric("acc", 0.5, step=1, model_id=info.model_id)
    mlflow.log_metric("acc", 0.75, step=2, model_id=info.model_id)
mlflow.set_logged_model_tags(info.model_id, {"team": "skin: ü", "long": "y" * 6000})
with mlflow.start_run(run_name="test") as test:
    client.log_inputs(test.info.run_id, models=[LoggedModelInput(info.model_id)])
    client.log_batch(test.info.run_id, [Metric("auroc", 0.9, 5, 0, model_id=info.model_id, dataset_name="spots", dataset_digest="ab12", run_id=test.info.run_id)])
half = client.create_logged_model(place, name="half", source_run_id=run.info.run_id)
client.finalize_logged_model(half.model_id, "FAILED")
loose = client.create_logged_model(place, name="loose", model_type="of no run", params={"a": "1"})
gone = client.create_logged_model(place, name="gone")
client.log_outputs(run.info.run_id, [mlflow.entities.LoggedModelOutput(gone.model_id, 0)])
client.delete_logged_model(gone.model_id)
`;

const TELL = `
import hashlib, json, mlflow, numpy as np, os, tempfile
from mlflow import MlflowClient
client = MlflowClient()
place = client.get_experiment_by_name(EXPERIMENT).experiment_id
runs = {r.info.run_id: client.get_run(r.info.run_id) for r in client.search_runs([place])}
named = {i: r.info.run_name for i, r in runs.items()}
models = {m.model_id: m for m in client.search_logged_models([place])}
def files(model):
    if not client.list_logged_model_artifacts(model.model_id):
        return {}
    root = mlflow.artifacts.download_artifacts(f"models:/{model.model_id}", dst_path=tempfile.mkdtemp())
    # registered_model_meta is written by the download.
    return {os.path.relpath(os.path.join(d, f), root): hashlib.sha256(open(os.path.join(d, f), "rb").read()).hexdigest()
            for d, _, fs in os.walk(root) for f in fs if f != "registered_model_meta"}
def tell(m):
    m = client.get_logged_model(m.model_id)
    return {"id": m.model_id, "name": m.name, "type": m.model_type or None, "status": str(m.status), "source": named.get(m.source_run_id),
        "params": m.params, "tags": {k: v for k, v in m.tags.items() if k != "osler.model"}, "times": [m.creation_timestamp, m.last_updated_timestamp],
        "metrics": sorted([x.key, x.value, x.step, x.timestamp, named[x.run_id], x.dataset_name or None, x.dataset_digest or None] for x in m.metrics or []),
        "files": files(m)}
double = next(m for m in models.values() if m.name == "double")
answer = mlflow.pyfunc.load_model(f"models:/{double.model_id}").predict(np.ones((1, 2), np.float32))
print(json.dumps({"models": {m.name: tell(m) for m in models.values()},
    "runs": {named[i]: {"made": sorted([models[o.model_id].name, o.step] for o in r.outputs.model_outputs if o.model_id in models),
                        "read": [models[x.model_id].name for x in r.inputs.model_inputs]} for i, r in runs.items()},
    "answer": list(answer.values())[0].tolist()}))
`;

describe("MLflow 3's logged models", () => {
  let folder: string;
  let python: string;
  let mlflow: RunningServer;
  const files = (name: string) => pathToFileURL(join(folder, name)).href;

  before(async () => {
    python = await peer('mlflow', MLFLOW);
    folder = mkdtempSync(join(tmpdir(), 'osler-logged-'));
    mlflow = await startMlflow(join(folder, 'server'), `sqlite:///${join(folder, 'mlflow.db')}`);
  });
  after(async () => {
    await mlflow?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const as = (uri: string) => ({ ...QUIET, MLFLOW_TRACKING_URI: uri, MLFLOW_ALLOW_FILE_STORE: 'true' });
  const log = (uri: string) => script(python, folder, LOG, as(uri));
  async function tell(uri: string, experiment = 'skin lesions'): Promise<Theirs> {
    const code = TELL.replace('EXPERIMENT', JSON.stringify(experiment));
    const { stdout } = await script(python, folder, code, as(uri));
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Theirs;
  }
  /** A server gives models its own ids and times. */
  const without = ({ models, ...rest }: Theirs, ...fields: string[]) => ({
    ...rest,
    models: Object.fromEntries(
      Object.entries(models).map(([name, model]) => [
        name,
        Object.fromEntries(Object.entries(model).filter(([field]) => !fields.includes(field))),
      ]),
    ),
  });

  for (const kind of ['server', 'folder'] as const) {
    test(`of a ${kind}: imported, shown, served, and taken to a folder and a server; each time the client reads the same`, async () => {
      const from = kind === 'server' ? mlflow.url : files('written');
      await log(from);
      const theirs = await tell(from);
      const same = kind === 'folder' ? latest : (one: Theirs) => one;
      assert.deepEqual(Object.keys(theirs.models).sort(), ['double', 'half', 'loose']);
      assert.deepEqual(theirs.runs, {
        training: { made: [['double', 3]], read: [] },
        test: { made: [], read: ['double'] },
      });
      assert.deepEqual(theirs.answer, [[2, 2]]);
      const { double } = theirs.models;

      const home = join(folder, `home-${kind}`);
      const place = kind === 'server' ? from : join(folder, 'written');
      for (let time = 0; time < 2; time++) {
        const { moved, models } = await oslerJson<{
          moved: { leftOut: string[] }[];
          models: { name: string; leftOut: string[] }[];
        }>(home, ['tracking', 'import', place]);
        assert.deepEqual(models.map(({ name }) => name).sort(), ['double', 'half', 'loose']);
        assert.deepEqual(
          models.flatMap(({ leftOut }) => leftOut),
          [],
        );
        const words = moved.flatMap(({ leftOut }) => leftOut);
        assert.equal(words.length, 1);
        assert.match(words[0]!, /^logged model m-[0-9a-f]{32}: it is deleted there$/);
      }
      const { stdout } = await osler(home, ['runs', 'show', 'training']);
      assert.match(stdout, new RegExp(`^  logged     double, toy, ready  ${double!.id}$`, 'm'));
      const shown = await oslerJson<{ loggedModels: unknown[] }>(home, ['runs', 'show', 'test']);
      assert.deepEqual(shown.loggedModels, [
        { id: double!.id, name: 'double', type: 'toy', status: 'ready', role: 'read' },
      ]);

      const server = await startOsler(home);
      try {
        const served = await tell(server.url);
        assert.equal((served.models.double!.metrics as unknown[]).length, 3, 'every value is there');
        assert.deepEqual(same(served), same(theirs), 'through osler server');
      } finally {
        await server.stop();
      }

      const out = `out-${kind}`;
      await oslerJson(home, ['tracking', 'export', join(folder, out), '--to', 'mlflow']);
      assert.deepEqual(latest(await tell(files(out))), latest(theirs), 'in a folder');

      if (kind === 'server') {
        // Where they come from they stand by themselves.
        const back = await osler(home, ['tracking', 'export', from, '--json']);
        const { failed } = JSON.parse(back.stdout) as { failed: { model?: string; problem: string }[] };
        assert.match(failed.find(({ model }) => model === double!.id)!.problem, /is on .* already/);
      } else {
        for (let time = 0; time < 2; time++)
          await oslerJson(home, ['tracking', 'export', mlflow.url, '--experiment', 'taken along']);
        assert.deepEqual(
          without(same(await tell(mlflow.url, 'taken along')), 'id', 'times'),
          without(same(theirs), 'id', 'times'),
          'on a server',
        );
      }
    });
  }

  test('logged to osler server by the client, and taken to another osler server under the same ids', async () => {
    const home = join(folder, 'home-own');
    const other = join(folder, 'home-other');
    const [one, two] = [await startOsler(home), await startOsler(other)];
    try {
      await log(one.url);
      const theirs = await tell(one.url);
      await oslerJson(home, ['tracking', 'export', two.url]);
      assert.deepEqual(without(await tell(two.url), 'times'), without(theirs, 'times'));
      const { stdout } = await osler(home, ['runs', 'show', 'training']);
      assert.match(stdout, /^ {2}logged {5}double, toy, ready {2}m-[0-9a-f]{32}$/m);
    } finally {
      await one.stop();
      await two.stop();
    }
  });
});

/** A folder's client tells the last value of each metric alone. */
function latest(theirs: Theirs): Theirs {
  for (const model of Object.values(theirs.models)) {
    const last = new Map((model.metrics as unknown[][]).map((metric) => [metric[0], metric]));
    model.metrics = [...last.values()];
  }
  return theirs;
}
