/** MLflow's own client loads a bundle that Osler registered, and is told no where the registry's policy says no. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { childEnvironment } from '../../../src/config/environment.ts';
import { setAlias } from '../../../src/registry/aliases.ts';
import { approve } from '../../../src/registry/decide.ts';
import { policyOf } from '../../../src/registry/policy.ts';
import { registerBundle } from '../../../src/registry/register.ts';
import { person } from '../../../src/registry/testing.ts';
import { verifyTrail } from '../../../src/registry/verify.ts';
import { tinyBundle } from '../../../src/serving/testing.ts';
import { registeredDir } from '../../../src/store/paths.ts';
import { openStore } from '../../../src/store/store.ts';
import { peer } from '../venv.ts';
import { MLFLOW, QUIET, type RunningServer, startOsler } from './servers.ts';

const SCRIPT = `
import json, sys
import mlflow, numpy as np
client = mlflow.MlflowClient()
seen = {}
def attempt(name, work):
    try:
        seen[name] = work()
    except Exception as error:
        seen[name] = [getattr(error, "error_code", type(error).__name__), str(error)[:300]]
if sys.argv[1] == "load":
    seen["nodes"] = len(mlflow.onnx.load_model("models:/skin@champion").graph.node)
    model = mlflow.pyfunc.load_model("models:/skin/1")
    seen["input"] = model.metadata.signature.inputs.to_dict()
    seen["outputs"] = {k: list(v.shape) for k, v in model.predict(np.zeros((2, 3, 16, 16), np.float32)).items()}
    seen["labels"] = model.metadata.metadata["labels"]
    attempt("champion", lambda: client.set_registered_model_alias("skin", "champion", 2))
    attempt("stage", lambda: client.transition_model_version_stage("skin", 2, "Production"))
    copy = client.copy_model_version("models:/skin/2", "elsewhere")
    attempt("champion elsewhere", lambda: client.set_registered_model_alias("elsewhere", "champion", 1))
    attempt("challenger", lambda: client.set_registered_model_alias("skin", "challenger", 2))
else:
    attempt("nodes", lambda: len(mlflow.onnx.load_model("models:/skin@champion").graph.node))
print(json.dumps(seen))
`;

describe("a bundle of Osler's in MLflow's hands", () => {
  let home: string;
  let osler: RunningServer;
  let digest: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-mlflow-bundle-'));
    await using store = await openStore(home);
    const policy = policyOf({});
    for (const seed of [1, 2]) {
      const bundle = await tinyBundle(home, {}, `tiny-${seed}`, seed);
      const version = await registerBundle(store, person('tina'), { name: 'skin', bundle, trainer: 'tina' });
      if (seed === 1) digest = version.record.bundle!.digest;
    }
    await approve(store, person('ann'), 'skin@1', { reason: 'read it' }, { policy });
    await setAlias(store, person('ann'), 'skin@1', 'champion', {}, { policy });
    osler = await startOsler(home);
  });
  after(async () => {
    await osler.stop();
    await rm(home, { recursive: true, force: true });
  });

  async function client(what: 'load' | 'altered'): Promise<Record<string, unknown>> {
    const python = await peer('mlflow', MLFLOW);
    const env = { ...QUIET, MLFLOW_TRACKING_URI: osler.url, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' };
    const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, what], {
      env: childEnvironment({ ...env, MLFLOW_TRACKING_USERNAME: 'pia', MLFLOW_TRACKING_PASSWORD: 'x' }),
      timeout: 240_000,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  }

  it('loads as an ONNX model and as a Python function; what the policy protects is refused, and the trail says who asked', async () => {
    const seen = await client('load');
    assert.ok((seen.nodes as number) > 3, String(seen.nodes));
    assert.deepEqual((seen.outputs as { logits: number[] }).logits, [2, 2]);
    assert.deepEqual(seen.labels, ['benign', 'malignant']);
    for (const name of ['champion', 'stage', 'champion elsewhere'])
      assert.equal((seen[name] as string[])[0], 'PERMISSION_DENIED', `${name}: ${seen[name]}`);
    assert.equal(seen.challenger, null);
    await using store = await openStore(home);
    const [last] = await store.trail.read({ last: 1 });
    assert.deepEqual([last!.what, last!.subject, last!.who], ['alias.set', 'skin@challenger', 'pia']);
    assert.match(last!.via, /^MLflow client at 127\.0\.0\.1, not authenticated$/);
    assert.deepEqual((await verifyTrail(store, { files: true })).faults, []);
  });

  it('is not handed out any more once a byte of it was changed', async () => {
    const file = join(registeredDir(home, digest), 'model.onnx');
    await chmod(file, 0o644);
    await appendFile(file, 'x');
    const { nodes } = await client('altered');
    assert.match(String(nodes), /INTERNAL_ERROR|500/);
  });
});
