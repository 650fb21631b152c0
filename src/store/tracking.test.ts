import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { trackingConformance } from './conformance-tracking.ts';
import { wideConformance } from './conformance-wide.ts';
import { openStore } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

for (const conformance of [trackingConformance, wideConformance])
  conformance(
    'SQLite',
    async () => {
      homes.push(await mkdtemp(join(tmpdir(), 'osler-tracking-')));
      return openStore(homes.at(-1)!);
    },
    () => openStore(homes.at(-1)!),
  );
