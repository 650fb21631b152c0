import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAbout } from './evaluate-about.ts';

test('statements: texts by known keys; anything else is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-about-'));
  try {
    const path = join(folder, 'about.yaml');
    const read = (text: string) => {
      writeFileSync(path, text);
      return readAbout(path);
    };
    assert.deepEqual(await read('funding: None.\nethics:\nintendedUse: |\n  Second look,\n  by whom it concerns.\n'), {
      funding: 'None.',
      intendedUse: 'Second look,\nby whom it concerns.',
    });
    assert.deepEqual(await read(''), {});
    await assert.rejects(read('intendeduse: x'), /nothing is asked under "intendeduse"; the nearest is "intendedUse"/);
    await assert.rejects(read('funding: [a]'), /funding is not a text/);
    await assert.rejects(read('- a\n- b'), /not a list of keys and texts/);
    await assert.rejects(read('a: b: c'), /is not YAML/);
    await assert.rejects(readAbout(join(folder, 'none.yaml')), /does not exist/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
