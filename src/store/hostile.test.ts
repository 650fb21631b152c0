import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { hostileConformance } from './conformance-hostile.ts';
import { openStore } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

hostileConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-store-'));
  homes.push(home);
  return openStore(home);
});
