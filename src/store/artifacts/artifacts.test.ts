import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openStore } from '../store.ts';
import { artifactConformance } from './conformance.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

artifactConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-artifacts-'));
  homes.push(home);
  return openStore(home);
});
