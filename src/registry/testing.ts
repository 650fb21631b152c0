import { join } from 'node:path';
import { type Bundle, openBundle } from '../bundle/open.ts';
import { testManifest } from '../bundle/testing.ts';
import { type BundleContent, writeBundle } from '../bundle/write.ts';
import { signingKey } from '../store/signing-key.ts';

/** For tests: a signed bundle whose network is a few bytes; `seed` tells one from another. */
export async function testBundle(
  home: string,
  seed = 1,
  changes: Partial<BundleContent['manifest']> = {},
): Promise<Bundle> {
  const dir = join(home, 'bundles', `test-${seed}`);
  await writeBundle(dir, {
    manifest: testManifest({ run: String(seed % 10).repeat(32), ...changes }),
    model: new Uint8Array(1000).fill(seed),
    graph: { input: { name: 'images', shape: [3, 16, 16] }, outputs: [{ name: 'logits', shape: [2] }] },
    key: await signingKey(home),
  });
  return openBundle(dir);
}

export const person = (who: string): { who: string; via: string } => ({ who, via: 'test' });
