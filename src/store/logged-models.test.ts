import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { modelConformance } from './conformance-models.ts';
import { openStore } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

modelConformance('SQLite', async () => {
  homes.push(await mkdtemp(join(tmpdir(), 'osler-models-')));
  return openStore(homes.at(-1)!);
});
