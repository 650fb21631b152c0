/** A home with a deployment of networks of real size, for benchmarks that change it while it answers. */
import { join } from 'node:path';
import { openBundle } from '../../src/bundle/open.ts';
import { testManifest } from '../../src/bundle/testing.ts';
import { writeBundle } from '../../src/bundle/write.ts';
import { createModel } from '../../src/models/index.ts';
import { randomWeights } from '../../src/onnx/testing.ts';
import { traceModel } from '../../src/onnx/trace-model.ts';
import { type AskedSpec, createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { signingKey } from '../../src/store/signing-key.ts';
import { openStore } from '../../src/store/store.ts';

const actor = (who: string) => ({ who, via: 'benchmark' });

/** Registers and approves so many versions of `skin`, and makes the deployment `derma` of them. */
export async function makeDeployment(
  home: string,
  network: string,
  size: number,
  versions: number,
  spec: AskedSpec,
): Promise<void> {
  await using store = await openStore(home);
  for (let number = 1; number <= versions; number++) {
    const bundle = await networkBundle(home, network, size, number);
    await registerBundle(store, actor('ada'), { name: 'skin', bundle });
    await approve(store, actor('ben'), `skin@${number}`, { reason: 'measured' }, { policy: policyOf({}) });
  }
  await createDeployment(store, 'derma', spec, { actor: actor('ada'), why: 'benchmark' });
}

async function networkBundle(home: string, network: string, size: number, number: number) {
  const labels = ['benign', 'malignant'];
  const model = createModel(network, { classes: labels.length, channels: 3 });
  const dir = join(home, 'bundles', `skin-${number}`);
  await writeBundle(dir, {
    manifest: testManifest({
      labels,
      run: String(number).padStart(32, '0'),
      preprocess: { ...testManifest().preprocess, height: size, width: size },
    }),
    model: traceModel(
      model,
      randomWeights(number, model.state()),
      { channels: 3, height: size, width: size },
      { name: network },
    ),
    graph: { input: { name: 'images', shape: [3, size, size] }, outputs: [{ name: 'logits', shape: [labels.length] }] },
    key: await signingKey(home),
  });
  return openBundle(dir);
}
