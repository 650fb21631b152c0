import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { childEnvironment } from '../../config/environment.ts';
import { OslerError } from '../../errors.ts';
import { ownIdentity } from '../../store/identity.ts';
import { trainingLogFile } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';

export interface Order extends Pick<TrainingRecord, 'kind' | 'name' | 'run'> {
  task: object;
  /** Who asked: the run's user as well. */
  who: string;
  /** Names the work, where the same may not be under way twice. */
  claim?: string;
}

/**
 * Records a training and starts the process that does it (`attend` is its other end): in a session of its own, what it says in a file, so
 * that it needs nothing of the process that began it. Throws ALREADY_EXISTS where somebody was first with the same work.
 */
export async function launch(
  store: Store,
  entry: string,
  { task, who, claim, ...order }: Order,
): Promise<TrainingRecord> {
  const id = randomBytes(16).toString('hex');
  const path = trainingLogFile(store.home, id);
  await mkdir(dirname(path), { recursive: true });
  const record = await store.trainings.create(
    {
      ...order,
      id,
      state: 'starting',
      who,
      begunAt: new Date().toISOString(),
      endedAt: null,
      task: task as TrainingRecord['task'],
      worker: null,
      progress: null,
      error: null,
    },
    claim,
  );
  const log = await open(path, 'a');
  try {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, id], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: childEnvironment({ OSLER_HOME: store.home, OSLER_USER: who }),
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const worker = ownIdentity(child.pid!);
    await store.trainings.update(id, { worker });
    return { ...record, worker };
  } catch (cause) {
    const error = { code: 'INTERNAL', message: `No process could be started: ${(cause as Error).message}` };
    await store.trainings.update(id, { state: 'failed', endedAt: new Date().toISOString(), error });
    throw new OslerError('INTERNAL', error.message, { cause });
  } finally {
    await log.close();
  }
}
