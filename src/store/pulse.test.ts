import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { pulseConformance } from './conformance-pulse.ts';
import { openStore } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

pulseConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-pulse-'));
  homes.push(home);
  return openStore(home);
});
