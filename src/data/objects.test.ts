import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ObjectWriter } from './objects.ts';

test('a store that cannot be looked into or written is told as such', () => {
  const content = { sha256: 'ab'.repeat(32), extension: 'png', bytes: Buffer.from('picture') };
  const blocked: Record<string, (objects: string) => void> = {
    'a folder that leads nowhere': (objects) => {
      mkdirSync(objects);
      symlinkSync('ab', join(objects, 'ab'));
    },
    'a file in its place': (objects) => writeFileSync(objects, ''),
  };
  for (const [what, block] of Object.entries(blocked)) {
    const home = mkdtempSync(join(tmpdir(), 'osler-objects-'));
    try {
      block(join(home, 'objects'));
      const writer = new ObjectWriter(home, { link: false });
      assert.throws(() => writer.put(content), { code: 'STORE_FAILED' }, what);
      rmSync(join(home, 'objects'), { recursive: true });
      assert.equal(writer.put(content), true);
      assert.equal(writer.put(content), false);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
});
