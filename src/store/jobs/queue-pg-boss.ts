import type { PgBoss } from 'pg-boss';
import { explainRefusal } from '../refusals.ts';
import type { PartQueue, TakenPart } from './types.ts';

/** A worker that says nothing for so long has vanished; pg-boss takes no less than 10. */
const HEARTBEAT_SECONDS = 20;
/** Between looks for workers that vanished. */
const LOOK_SECONDS = 10;
/** Of one part, whatever its worker says. */
const EXPIRE_SECONDS = 3_600;
/** A part goes round until its job has failed: that is decided there. */
const RETRIES = 1_000;

/**
 * Parts in a queue of pg-boss, one queue for each job, in a schema of its own beside Osler's tables. Workers of any machine may take
 * them. It is loaded, and its schema made, with the first part.
 */
export function pgBossQueue(url: string): PartQueue {
  let started: Promise<PgBoss> | undefined;
  const made = new Set<string>();
  const boss = (): Promise<PgBoss> => {
    started ??= start(url);
    // One that could not be reached is tried again.
    started.catch(() => {
      started = undefined;
    });
    return started;
  };
  const nameOf = (job: string): string => `osler-score-${job}`;
  const told = <A extends unknown[], T>(work: (...of: A) => Promise<T>) => {
    return (...of: A): Promise<T> =>
      work(...of).catch((error: unknown) => {
        throw explainRefusal(error);
      });
  };
  /** Made by whoever comes first. */
  const queueOf = async (job: string): Promise<[PgBoss, string]> => {
    const one = await boss();
    const name = nameOf(job);
    if (!made.has(name)) {
      await one.createQueue(name, {
        retryLimit: RETRIES,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        expireInSeconds: EXPIRE_SECONDS,
      });
      made.add(name);
    }
    return [one, name];
  };
  /** Of a queue that another worker has dropped meanwhile, with the end of its job: what an empty one gives. */
  const unlessDropped = async <T>(
    job: string,
    asked: (one: PgBoss, name: string) => Promise<T>,
    empty: T,
  ): Promise<T> => {
    const [one, name] = await queueOf(job);
    try {
      return await asked(one, name);
    } catch (error) {
      if ((await one.getQueue(name)) !== null) throw error;
      made.delete(name);
      return empty;
    }
  };
  return {
    kind: 'pg-boss',
    fill: told(async (job: string, parts: readonly number[]) => {
      const [one, name] = await queueOf(job);
      await one.deleteAllJobs(name);
      if (parts.length > 0)
        await one.insert(
          name,
          parts.map((number) => ({ data: { number } })),
        );
    }),
    take: told(async (job: string) => {
      const fetched = await unlessDropped(job, (one, name) => one.fetch<{ number: number }>(name), []);
      const [found] = fetched;
      return found === undefined ? null : { job, number: found.data.number, token: found.id };
    }),
    keep: told(async ({ job, token }: TakenPart) => {
      await unlessDropped(job, (one, name) => one.touch(name, token), undefined);
      return true;
    }),
    size: told(async (job: string) => {
      // Those that are done are deleted: what is left is queued or in somebody's hands.
      return (await unlessDropped(job, (one, name) => one.findJobs(name), [])).length;
    }),
    inHands: told(async (job: string) => {
      const parts = await unlessDropped(job, (one, name) => one.findJobs(name), []);
      const since = Date.now() - HEARTBEAT_SECONDS * 1_000;
      return parts.filter(
        ({ state, startedOn, heartbeatOn }) => state === 'active' && (heartbeatOn ?? startedOn).getTime() >= since,
      ).length;
    }),
    done: told(async ({ job, token }: TakenPart) => {
      await unlessDropped(job, (one, name) => one.deleteJob(name, token), undefined);
    }),
    giveBack: told(async ({ job, token }: TakenPart) => {
      await unlessDropped(job, (one, name) => one.fail(name, token), undefined);
    }),
    drop: told(async (job: string) => {
      await unlessDropped(job, (one, name) => one.deleteQueue(name), undefined);
      made.delete(nameOf(job));
    }),
    async close() {
      const one = await started?.catch(() => undefined);
      await one?.stop({ graceful: false });
    },
  };
}

async function start(url: string): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'osler jobs',
    max: 2,
    schedule: false,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  // A connection that breaks: what was asked rejects, and it is tried again. Without a listener the process would end.
  boss.on('error', () => undefined);
  await boss.start();
  return boss;
}
