import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { keyId, type SigningKey, signingKey } from '../store/signing-key.ts';
import { calibrationOf } from './calibration.ts';
import { findBundle, openBundle } from './open.ts';
import { signManifest } from './signature.ts';
import { testManifest } from './testing.ts';
import { type BundleContent, writeBundle } from './write.ts';

let root: string;
let good: string;
let key: SigningKey;
let count = 0;
const model = new Uint8Array(1000).fill(7);
const graph = { input: { name: 'images', shape: [3, 16, 16] }, outputs: [{ name: 'logits', shape: [2] }] };
const content = (): BundleContent => ({ manifest: testManifest(), model, graph, key });

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-bundle-'));
  key = await signingKey(root);
  good = join(root, 'bundles', 'good');
  await writeBundle(good, content());
});
after(() => rm(root, { recursive: true }));

/** A copy of the good bundle to spoil. */
async function copy(): Promise<string> {
  const dir = join(root, `copy${count++}`);
  await cp(good, dir, { recursive: true });
  return dir;
}

/** Writes a manifest of the attacker's wish, well signed. */
async function resign(dir: string, change: (manifest: Record<string, unknown>) => void, by = key): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dir, 'bundle.json'), 'utf8'));
  change(manifest);
  const json = Buffer.from(JSON.stringify(manifest));
  await writeFile(join(dir, 'bundle.json'), json);
  await writeFile(join(dir, 'signature.json'), signManifest(json, by));
}

test('a bundle opens, and gives its manifest, its signer and its files', async () => {
  const bundle = await openBundle(good);
  assert.equal(bundle.name, 'good');
  assert.deepEqual(bundle.manifest.labels, ['benign', 'malignant']);
  assert.equal(bundle.signer.keyId, key.id);
  assert.deepEqual(new Uint8Array(await bundle.read('model.onnx')), model);
  await assert.rejects(bundle.read('../osler.db'), { code: 'NOT_FOUND' });
  assert.equal(await findBundle(root, 'good'), good);
  await assert.rejects(findBundle(root, 'nothing'), { code: 'NOT_FOUND' });
});

test('a changed byte is refused, in each file, with the file named', async () => {
  for (const name of await readdir(good)) {
    const bytes = await readFile(join(good, name));
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const dir = await copy();
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      await writeFile(join(dir, name), changed);
      await assert.rejects(openBundle(dir), (error: Error & { code: string }) => {
        assert.equal(error.code, 'BUNDLE_ALTERED');
        assert.match(error.message, new RegExp(`signed: ${name.replace('.', '\\.')} `));
        return true;
      });
      await rm(dir, { recursive: true });
    }
  }
});

test('every single byte of the signature file counts', async () => {
  const dir = await copy();
  const bytes = await readFile(join(good, 'signature.json'));
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 1;
    await writeFile(join(dir, 'signature.json'), changed);
    await assert.rejects(openBundle(dir), { code: 'BUNDLE_ALTERED' }, `byte ${at}`);
  }
});

test('a folder that never was a bundle is no tampering, whatever lies in it; nor is an empty name the folder one stands in', async () => {
  const folder = await copy();
  await rm(join(folder, 'bundle.json'));
  await symlink(root, join(folder, 'link'));
  await assert.rejects(openBundle(folder), {
    code: 'BUNDLE_INVALID',
    message: /is no bundle: there is no bundle\.json in it/,
  });
  for (const name of ['', ' ']) await assert.rejects(findBundle(root, name), { code: 'USAGE' });
});

test('a missing file, a further file, a link and a hidden file are refused by name', async () => {
  const spoil: [RegExp, (dir: string) => Promise<unknown>][] = [
    [/MLmodel is missing/, (dir) => rm(join(dir, 'MLmodel'))],
    [/extra\.py does not belong/, (dir) => writeFile(join(dir, 'extra.py'), '')],
    [
      /sub\/\.hidden does not belong/,
      (dir) => mkdir(join(dir, 'sub')).then(() => writeFile(join(dir, 'sub/.hidden'), '')),
    ],
    [
      /model\.onnx is a link/,
      (dir) =>
        rename(join(dir, 'model.onnx'), join(root, 'elsewhere')).then(() =>
          symlink('../elsewhere', join(dir, 'model.onnx')),
        ),
    ],
    [/sub is a link/, (dir) => symlink(root, join(dir, 'sub'))],
  ];
  for (const [message, change] of spoil) {
    const dir = await copy();
    await change(dir);
    await assert.rejects(openBundle(dir), { code: 'BUNDLE_ALTERED', message });
  }
});

test('file names that lead out of the folder are refused even when well signed', async () => {
  await writeFile(join(root, 'secret'), 'secret');
  const sha = createHash('sha256').update('secret').digest('hex');
  for (const name of ['../secret', join(root, 'secret'), 'a/../../secret', '..\\secret', '.hidden', 'a//b', '']) {
    const dir = await copy();
    await resign(dir, (manifest) => {
      (manifest.files as Record<string, string>)[name] = sha;
    });
    await assert.rejects(openBundle(dir), { code: 'BUNDLE_INVALID' }, name);
  }
});

test('a manifest that contradicts itself is refused', async () => {
  const spoil: ((manifest: Record<string, unknown>) => void)[] = [
    (m) => (m.labels = ['a', 'a']),
    (m) => (m.labels = ['only']),
    (m) => (m.temperature = 0),
    (m) => (m.operatingPoint = { positive: ['nevus'], threshold: 0.5, rule: 'youden' }),
    (m) => (m.preprocess = { ...(m.preprocess as object), mean: [0.5] }),
    (m) => (m.format = 'osler-bundle/9'),
  ];
  for (const change of spoil) {
    const dir = await copy();
    await resign(dir, change);
    await assert.rejects(openBundle(dir), { code: 'BUNDLE_INVALID' });
  }
  await assert.rejects(
    writeBundle(join(root, 'bad'), { ...content(), manifest: testManifest({ labels: ['a', 'a'] }) }),
  );
  await assert.rejects(stat(join(root, 'bad')), { code: 'ENOENT' });
});

test('a bundle from before sets, limits and other calibrations opens: it has none of them', async () => {
  const dir = await copy();
  await resign(dir, (manifest) => {
    for (const key of ['calibration', 'classRule', 'conformal', 'outOfDistribution']) delete manifest[key];
  });
  const { manifest } = await openBundle(dir);
  assert.equal(manifest.format, 'osler-bundle/1');
  assert.deepEqual([manifest.calibration, manifest.conformal, manifest.outOfDistribution], [null, null, null]);
  assert.equal(manifest.classRule, null);
  assert.deepEqual(calibrationOf(manifest), { method: 'temperature', temperature: manifest.temperature });
});

test('probabilities that a reader of format 1 would get wrong make it format 2', async () => {
  const dir = join(root, 'vector');
  const calibration = { method: 'vector' as const, scale: [0.5, 0.6], shift: [0, 0.1] };
  await writeBundle(dir, { ...content(), manifest: testManifest({ calibration }) });
  const { manifest } = await openBundle(dir);
  assert.equal(manifest.format, 'osler-bundle/2');
  assert.deepEqual(calibrationOf(manifest), calibration);
});

test('a rule for several classes, which a reader of format 2 would pass over, makes it format 3', async () => {
  const dir = join(root, 'balanced');
  const classRule = { method: 'balanced' as const, tau: 0.7, shares: [0.9, 0.1] };
  await writeBundle(dir, { ...content(), manifest: testManifest({ classRule }) });
  const { manifest } = await openBundle(dir);
  assert.equal(manifest.format, 'osler-bundle/3');
  assert.deepEqual(manifest.classRule, classRule);
});

test('decisions that do not fit the labels or the network are refused', async () => {
  const model = (features: number, means: number) => ({
    features,
    means: Buffer.alloc(4 * features * means).toString('base64'),
    axes: Buffer.alloc(4 * features).toString('base64'),
    variances: [1],
    noise: 1,
  });
  const limits = { falseAlarmRate: 0.05, energy: 1, samples: 9, groups: 9 };
  const classes = ['benign', 'malignant'].map((name) => ({ name, limit: 1, samples: 9, groups: 9 }));
  const wrong: [Partial<BundleContent['manifest']>, RegExp][] = [
    [{ calibration: { method: 'vector', scale: [1], shift: [0, 0] } }, /scale and a shift/],
    [{ calibration: { method: 'isotonic', curves: [{ logOdds: [0], probability: [0.5] }] } }, /a curve for each/],
    [
      {
        calibration: {
          method: 'isotonic',
          curves: [0, 1].map(() => ({ logOdds: [0, 1], probability: [0.7, 0.2] })),
        },
      },
      /does not rise/,
    ],
    [{ classRule: { method: 'balanced', tau: 0.5, shares: [0.2, 0.3, 0.5] } }, /a share of each of 2 labels/],
    [{ conformal: { coverage: 0.9, classes: classes.slice(1) } }, /not the labels/],
    [
      { outOfDistribution: { ...limits, mahalanobis: { limit: 1, model: model(5, 2) }, appearance: null } },
      /for 5 numbers, not 4/,
    ],
    [
      { outOfDistribution: { ...limits, mahalanobis: { limit: 1, model: model(4, 0) }, appearance: null } },
      /incomplete/,
    ],
  ];
  for (const [changes, message] of wrong) {
    const bad = writeBundle(join(root, 'bad'), { ...content(), manifest: testManifest(changes) });
    await assert.rejects(bad, { code: 'BUNDLE_INVALID', message });
  }
});

test('another key is told apart, and refused where keys are named', async () => {
  const dir = await copy();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  await resign(dir, () => {}, { privateKey, publicKey: spki, id: keyId(spki) });
  assert.equal((await openBundle(dir)).signer.keyId, keyId(spki));
  await assert.rejects(openBundle(dir, { trusted: [key.id] }), {
    code: 'BUNDLE_ALTERED',
    message: /not a trusted key/,
  });
  await openBundle(good, { trusted: [key.id] });
});

test('the key is made once, for its owner only, and a loose one is refused', async () => {
  const home = join(root, 'fresh');
  const [a, b] = await Promise.all([signingKey(home), signingKey(home)]);
  assert.equal(a.id, b.id);
  assert.equal((await stat(join(home, 'keys', 'signing.pem'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(home, 'keys')), ['signing.pem']);
  await writeFile(join(root, 'loose'), '');
  await mkdir(join(root, 'other', 'keys'), { recursive: true });
  await cp(join(home, 'keys', 'signing.pem'), join(root, 'other', 'keys', 'signing.pem'));
  const { chmod } = await import('node:fs/promises');
  await chmod(join(root, 'other', 'keys', 'signing.pem'), 0o644);
  await assert.rejects(signingKey(join(root, 'other')), { code: 'STORE_FAILED', message: /read by others/ });
});

test('writing replaces an older bundle, never another folder, and names no path of this machine', async () => {
  await writeBundle(good, content());
  for (const name of await readdir(good)) {
    const text = await readFile(join(good, name), 'latin1');
    assert.ok(!text.includes(root) && !text.includes(process.cwd()), name);
  }
  await mkdir(join(root, 'mine'));
  await writeFile(join(root, 'mine', 'thesis.txt'), '');
  await assert.rejects(writeBundle(join(root, 'mine'), content()), { code: 'ALREADY_EXISTS' });
  await assert.rejects(openBundle(join(root, 'mine')), { code: 'BUNDLE_INVALID' });
  await assert.rejects(openBundle(join(root, 'absent')), { code: 'NOT_FOUND' });
});
