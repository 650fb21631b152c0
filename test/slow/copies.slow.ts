/** The audit's search for copies on a generated set with known answers, as the search is with many pictures. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { measure } from '../../bench/audit/duplicates.ts';
import { phantoms } from '../../bench/audit/pictures.ts';

test('of 1,200 pictures, 60 of them in eight changed forms, 98% of every change are found and no pair of others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-copies-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const originals = await phantoms(join(folder, 'phantoms'), 1200, 96, 5);
  const { recall, exact, others, images } = await measure('phantoms', originals, 20, join(folder, 'changed'), {
    strictFrom: 1024,
  });
  assert.equal(images, 1200 + 8 * 60);
  assert.equal(exact, 1);
  for (const [kind, share] of Object.entries(recall)) assert.ok(share >= 0.98, `${kind}: ${share}`);
  assert.deepEqual(others, []);
});
