/** Other systems' own clients against a real server: Triton's and KServe's (Open Inference Protocol), MLflow's for scoring servers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { buildApp } from '../../../src/server/app.ts';
import { createPredictor, type Predictor } from '../../../src/serving/predictor.ts';
import { picture, tinyBundle } from '../../../src/serving/testing.ts';
import { MLFLOW } from '../mlflow/servers.ts';
import { peer } from '../venv.ts';

const SIDE = 16;
const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let home: string;
let predictor: Predictor;
let app: FastifyInstance;
let url: URL;
let image: string;
let pixels: string;
let own: Record<string, number>;
let ownOfPixels: Record<string, number>;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-protocols-'));
  predictor = await createPredictor(await tinyBundle(home));
  app = await buildApp({ predictor, version: '1.2.3', model: 'skin' });
  url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  image = join(home, 'image.png');
  pixels = join(home, 'pixels.bin');
  const raw = await sharp(await picture(4, SIDE, SIDE))
    .removeAlpha()
    .raw()
    .toBuffer();
  await writeFile(image, await picture(1));
  await writeFile(pixels, raw);
  const png = await sharp(raw, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();
  const probabilities = async (bytes: Buffer) =>
    ((await predictor.predict([bytes]))[0] as { probabilities: Record<string, number> }).probabilities;
  own = await probabilities(await picture(1));
  ownOfPixels = await probabilities(png);
});
after(async () => {
  await app?.close();
  await predictor?.close();
  await rm(home, { recursive: true, force: true });
});

async function ask<T>(python: string, name: string, ...args: string[]): Promise<T> {
  const { stdout } = await run(python, [script(name), ...args], { timeout: 120_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

interface Said {
  label: string[];
  probabilities: number[][];
  response: { id?: string; model_name: string; model_version: string };
}

describe('tritonclient', () => {
  it('finds the model, and has from it what Osler itself says, in every form it can ask in', async () => {
    const python = await peer('triton', ['tritonclient[http]==2.73.0']);
    const { mean, std } = predictor.manifest.preprocess;
    const seen = await ask<Record<string, Said> & Record<string, unknown>>(
      python,
      'triton.py',
      url.host,
      image,
      pixels,
      String(SIDE),
      JSON.stringify(mean),
      JSON.stringify(std),
    );
    for (const name of ['live', 'ready', 'model', 'version']) assert.equal(seen[name] as unknown, true, name);
    assert.equal(seen.other as unknown, false);
    assert.deepEqual(seen.extensions as unknown, ['binary_tensor_data']);
    const close = (got: number[][], expected: Record<string, number>, name: string): void => {
      for (const row of got) {
        for (const [i, p] of Object.values(expected).entries())
          assert.ok(Math.abs(row[i]! - p) < 1e-6, `${name}: ${row[i]} ${p}`);
      }
    };
    for (const name of ['binary', 'mixed', 'all']) close(seen[name]!.probabilities, own, name);
    for (const name of ['pixels', 'graph', 'graph in JSON']) close(seen[name]!.probabilities, ownOfPixels, name);
    assert.equal(seen.binary!.probabilities.length, 3);
    assert.equal(seen.binary!.response.id, 'seven');
    assert.deepEqual([seen.mixed!.response.model_name, seen.mixed!.response.model_version], ['skin', '1']);
    const refused = seen.refused as unknown as { status: string; message: string };
    assert.equal(refused.status, '400');
    assert.match(refused.message, /no input "x"/);
  });
});

describe('KServe’s client', () => {
  it('finds the model, and has from it what Osler itself says', async () => {
    const python = await peer('kserve', ['kserve==0.21.0']);
    type Tensors = { probabilities: number[][]; verdict: boolean[] };
    const seen = await ask<{ all: Tensors; some: Tensors; refused: string } & Record<string, unknown>>(
      python,
      'open_inference.py',
      url.origin,
      image,
    );
    assert.deepEqual([seen.live, seen.ready, seen.model, seen.other], [true, true, true, false]);
    for (const { probabilities, verdict } of [seen.all, seen.some]) {
      assert.equal(probabilities.length, 2);
      for (const row of probabilities) {
        for (const [i, p] of Object.values(own).entries()) assert.ok(Math.abs(row[i]! - p) < 1e-6, `${row[i]} ${p}`);
      }
      assert.deepEqual(verdict, [own.malignant! >= 0.4, own.malignant! >= 0.4]);
    }
    assert.match(seen.refused, /no input "x".*400/);
  });
});

describe('MLflow’s client for scoring servers', () => {
  it('sends a data frame and gets one back', async () => {
    const python = await peer('mlflow', MLFLOW);
    const seen = await ask<{
      version: string;
      columns: string[];
      labels: string[];
      probabilities: Record<string, number>[];
      tensor: string[];
      refused: string;
    }>(python, 'scoring.py', url.hostname, url.port, image);
    assert.equal(seen.version, '1.2.3');
    assert.deepEqual(seen.probabilities, [own, own]);
    assert.deepEqual(seen.labels.length, 2);
    assert.equal(seen.tensor.length, 2);
    assert.ok(
      ['label', 'probabilities', 'positive', 'abstention', 'stamps', 'model'].every((name) =>
        seen.columns.includes(name),
      ),
      seen.columns.join(),
    );
    assert.match(seen.refused, /row 0 is not base64/);
  });
});
