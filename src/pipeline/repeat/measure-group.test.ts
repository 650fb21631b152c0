import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomic } from '../../store/files.ts';
import { readRepeats, repeatsFile } from './measure-group.ts';

test("a group's measurement that is cut off, or is another file, says so", async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-repeats-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const id = 'ab'.repeat(16);
  assert.equal(await readRepeats(home, id, 'test'), null);
  for (const text of ['{"format": "osler-repeats/1", "kin', '{"format": "another"}']) {
    await writeFileAtomic(repeatsFile(home, id, 'test'), text);
    await assert.rejects(readRepeats(home, id, 'test'), { code: 'DATA_INVALID' });
  }
});
