import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { studioConformance } from '../conformance-studio.ts';
import { openStore } from '../store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

studioConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-studio-store-'));
  homes.push(home);
  return openStore(home);
});
