import type { Kysely } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';
import { signingKey } from '../signing-key.ts';
import { isDone, newOperation, noteHead, type TrailEnd, takeTrail } from '../trail.ts';
import { registryReader } from './read.ts';
import type { RegistryStore } from './types.ts';
import { registryWriter } from './write.ts';

export function registryRepository(db: Kysely<Tables>, home: string): RegistryStore {
  return {
    ...registryReader(db),
    async change(actor, work) {
      const key = await signingKey(home);
      const operation = newOperation();
      let last: { result: Awaited<ReturnType<typeof work>>; end: TrailEnd } | undefined;
      await persist(async (again) => {
        // Done already, when only its acknowledgement was lost.
        if (again && last !== undefined && (await isDone(db, operation))) return;
        await db.transaction().execute(async (trx) => {
          const end = await takeTrail(trx, operation, key);
          last = { result: await work(registryWriter(trx, { actor, end, key, operation })), end };
        });
      });
      await noteHead(home, last!.end);
      return last!.result;
    },
  };
}
