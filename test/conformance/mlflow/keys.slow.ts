/** MLflow's own client against a server that asks everybody: a key as its token, or as its password. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { childEnvironment } from '../../../src/config/environment.ts';
import { createKey } from '../../../src/security/keys.ts';
import { openStore } from '../../../src/store/store.ts';
import { peer } from '../venv.ts';
import { MLFLOW, QUIET, type RunningServer, startOsler } from './servers.ts';

const SCRIPT = `
import json, mlflow
client = mlflow.MlflowClient()
seen = {}
def attempt(name, work):
    try:
        work()
        seen[name] = "done"
    except Exception as error:
        seen[name] = [getattr(error, "error_code", type(error).__name__), str(error)[:200]]
attempt("read", lambda: client.search_experiments())
def log():
    mlflow.set_experiment("keys")
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_text("seen", "notes.txt")
    assert mlflow.artifacts.load_text(run.info.artifact_uri + "/notes.txt") == "seen"
attempt("log", log)
attempt("register", lambda: client.create_registered_model("of the client"))
print(json.dumps(seen))
`;

describe("MLflow's client and keys", () => {
  let home: string;
  let osler: RunningServer;
  const keys: Record<string, string> = {};
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-mlflow-keys-'));
    await using store = await openStore(home);
    for (const role of ['engineer', 'viewer'])
      keys[role] = (
        await createKey(store, { who: 't', via: 't' }, { name: `the ${role}`, roles: [role], expiresAt: null })
      ).text;
    osler = await startOsler(home, {}, ['--authenticate']);
  });
  after(async () => {
    await osler.stop();
    await rm(home, { recursive: true, force: true });
  });

  async function client(env: Record<string, string>): Promise<Record<string, unknown>> {
    const python = await peer('mlflow', MLFLOW);
    const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT], {
      env: childEnvironment({ ...QUIET, MLFLOW_TRACKING_URI: osler.url, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1', ...env }),
      timeout: 240_000,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  }

  it('an engineer logs, uploads and registers, and the trail has their name', async () => {
    const done = { read: 'done', log: 'done', register: 'done' };
    assert.deepEqual(await client({ MLFLOW_TRACKING_TOKEN: keys.engineer! }), done);
    await using store = await openStore(home);
    const [last] = await store.trail.read({ last: 1 });
    assert.deepEqual([last!.what, last!.who], ['model.create', 'the engineer']);
    assert.match(last!.via, /^MLflow client at 127\.0\.0\.1, by key [0-9a-z]{10}$/);
  });

  it('a viewer reads; who shows nothing, or something else, is refused in words that the client understands', async () => {
    const viewer = await client({ MLFLOW_TRACKING_USERNAME: 'any', MLFLOW_TRACKING_PASSWORD: keys.viewer! });
    assert.equal(viewer.read, 'done');
    for (const what of ['log', 'register'])
      assert.equal((viewer[what] as string[])[0], 'PERMISSION_DENIED', String(viewer[what]));
    for (const env of [{}, { MLFLOW_TRACKING_TOKEN: 'osler_0123456789_guessed' }]) {
      const seen = await client(env as Record<string, string>);
      for (const what of ['read', 'log', 'register']) assert.match(String(seen[what]), /UNAUTHENTICATED|401/);
    }
  });
});
