import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { registryConformance } from './conformance-registry.ts';
import { databasePath } from './paths.ts';
import { openStore } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

registryConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-registry-'));
  homes.push(home);
  return {
    store: await openStore(home),
    exec: async (sql) => {
      const database = new DatabaseSync(databasePath(home));
      try {
        database.exec(sql);
      } finally {
        database.close();
      }
    },
  };
});
