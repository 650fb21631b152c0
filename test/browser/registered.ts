/** For suites of Studio: a model with versions in all standings, deployments that were changed, answers that were judged. */
import { randomUUID } from 'node:crypto';
import { changeDeployment, createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { setAlias } from '../../src/registry/aliases.ts';
import { approve, reject } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import { numberedBundle, saying } from '../../src/serving/deployments/testing.ts';
import type { PredictionEntry } from '../../src/store/deployments/types.ts';
import type { Store } from '../../src/store/store.ts';

/** skin@1 the champion, skin@2 approved, skin@3 pending and made from 1, skin@4 rejected, skin@5 approved against the policy. */
export async function fillRegistry(store: Store, home: string): Promise<void> {
  const deps = { policy: policyOf({}) };
  const better = { metrics: { auroc: { value: 0.92, low: 0.87, high: 0.97 } } };
  for (const number of [1, 2, 3, 4, 5]) {
    await registerBundle(store, person('tina'), {
      name: 'skin',
      bundle: await numberedBundle(home, number, number === 2 ? better : {}),
      description: `attempt ${number}`,
      ...(number === 3 ? { parent: 'skin@1' } : {}),
    });
  }
  await approve(store, person('ann'), 'skin@1', { reason: 'read the report and 40 cases' }, deps);
  await approve(store, person('ben'), 'skin@2', { reason: 'better on small lesions' }, deps);
  await reject(store, person('ann'), 'skin@4', { reason: 'misses melanomas below 4 mm' });
  const strict = { policy: policyOf({ default: { gates: ['auroc.low >= 0.99'] } }) };
  const said = { reason: 'camera on ward 3 needs it', override: 'no second reader on duty; reviewed on Monday' };
  await approve(store, person('ann'), 'skin@5', said, strict);
  await setAlias(store, person('ann'), 'skin@1', 'champion', { reason: 'first release' }, deps);
}

/** `derma`: skin@champion and skin@2, with answers of the last hour, every third of them judged. */
export async function fillDeployments(store: Store, home: string): Promise<void> {
  await fillRegistry(store, home);
  const by = { actor: person('ann'), why: 'first release' };
  await createDeployment(store, 'derma', { live: [{ model: 'skin@champion', weight: 1 }] }, by);
  const live = [
    { model: 'skin@champion', weight: 70 },
    { model: 'skin@2', weight: 30 },
  ];
  const { id } = await changeDeployment(store, 'derma', { live }, { actor: person('ben'), why: 'compare' });
  const entries = Array.from({ length: 600 }, (_, i) => answered(id, i));
  await store.predictions.write(entries);
  for (const [i, entry] of entries.entries()) {
    if (i % 3 !== 0 || entry.answer === null) continue;
    const label = i % 2 === 0 ? 'malignant' : 'benign';
    await store.predictions.addFeedback({ prediction: entry.id, at: Date.now(), who: 'ben', label });
  }
}

/** Of two kinds of image one after the other; skin@2 is right more often. */
function answered(deploymentId: number, i: number): PredictionEntry {
  const second = i % 10 < 3;
  const right = second ? i % 25 !== 0 : i % 5 !== 0;
  const malignant = (i % 2 === 0) === right;
  const failed = i % 97 === 0;
  return {
    id: randomUUID(),
    variant: second ? 'skin@2' : 'skin@champion',
    role: 'live',
    deploymentId,
    revision: 2,
    model: 'skin',
    version: second ? 2 : 1,
    digest: 'ab'.repeat(32),
    at: Date.now() - 3_000_000 + i * 4_500,
    key: `patient ${i}`,
    image: null,
    outcome: failed ? 'ENGINE_FAILED' : 'ok',
    answer: failed ? null : { ...saying(malignant ? 0.8 : 0.2) },
    milliseconds: (second ? 18 : 12) + (i % 7),
  };
}
