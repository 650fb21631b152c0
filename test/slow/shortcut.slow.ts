/** False alarms of the shortcut audit over many generated sets in which nothing tells the label. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { shortcutAudit } from '../../src/audit/shortcut/shortcut.ts';
import { asImage, cloud, layDataset } from '../../src/audit/shortcut/testing.ts';
import { RandomStream } from '../../src/data/random.ts';

const SETS = 60;
const POOL = 600;
const IMAGES = 90;

test('at most one quiet set in twenty raises an alarm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'osler-shortcut-'));
  try {
    // Qualities, frames and brightness differ from patient to patient, and have nothing to do with the label.
    const pool = await Promise.all(
      Array.from({ length: POOL }, async (_, i) => {
        const random = new RandomStream('slow', i >> 1);
        const frame = random.chance(0.3) ? 3 : 0;
        const file = await asImage(cloud(i))
          .linear(random.between(0.8, 1.2), 0)
          .extend({ top: frame, bottom: frame, background: '#000' })
          .jpeg({ quality: 60 + 10 * random.integer(4) })
          .toBuffer();
        return { id: `${i}.jpg`, label: '', group: `p${i >> 1}`, meta: { site: 'ABC'[random.integer(3)]! }, file };
      }),
    );
    let alarms = 0;
    for (let seed = 0; seed < SETS; seed++) {
      const random = new RandomStream('set', seed);
      const patients = random.shuffle(Int32Array.from({ length: POOL / 2 }, (_, i) => i)).slice(0, IMAGES / 2);
      const labels = new Map([...patients].map((patient) => [patient, random.chance(0.4) ? 'ill' : 'well']));
      const images = pool.flatMap((image, i) => {
        const label = labels.get(i >> 1);
        return label === undefined ? [] : [{ ...image, label }];
      });
      const result = await shortcutAudit(await layDataset(join(folder, 'set'), images), {
        home: join(folder, 'home'),
        seed,
      });
      assert.equal(result.verdict === 'found', result.low! > 0.5);
      if (result.verdict === 'found') alarms += 1;
    }
    assert.ok(alarms <= SETS / 20, `${alarms} of ${SETS} quiet sets raised an alarm`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
