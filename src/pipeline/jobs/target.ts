import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openBundle } from '../../bundle/open.ts';
import { OslerError } from '../../errors.ts';
import { findVersion, isModelUri, parseVersionRef } from '../../registry/names.ts';
import { bundleDigest, openRegistered } from '../../registry/open.ts';
import { abstentionOf, answerDocument } from '../../serving/deployments/answer.ts';
import { RefusedError } from '../../serving/deployments/gate.ts';
import type { ServingHost } from '../../serving/deployments/host.ts';
import { createPredictor, type Prediction } from '../../serving/predictor.ts';
import type { Store } from '../../store/store.ts';

/** What answers a job: a deployment as it is at each moment, or one bundle from beginning to end. */
export const JobTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deployment'), name: z.string() }),
  z.object({ kind: z.literal('version'), model: z.string(), version: z.int(), digest: z.string() }),
  z.object({ kind: z.literal('bundle'), dir: z.string(), name: z.string(), digest: z.string() }),
]);
export type JobTarget = z.infer<typeof JobTarget>;

export const targetName = (target: JobTarget): string =>
  target.kind === 'version' ? `${target.model}@${target.version}` : target.name;

/** Answers images for a job. */
export interface Scorer {
  /** Images at once that keep it busy. */
  readonly atOnce: number;
  /** Throws the image's own error, and what keeps the model from answering. */
  score(id: string, image: Uint8Array, signal: AbortSignal): Promise<Record<string, unknown>>;
  /** What was said before is in the log where there is one: a job counts an image as done only then. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A registered version (`models:/skin@champion`), pinned to what it is now, or a bundle's folder.
 * Throws NOT_FOUND, USAGE, and for a version that is not approved NOT_APPROVED, unless `warn` takes it.
 */
export async function targetOf(
  store: Store,
  ref: string,
  findBundle: (ref: string) => Promise<string>,
  warn?: (words: string) => void,
): Promise<JobTarget> {
  if (isModelUri(ref)) {
    const { model, version, status, record } = await findVersion(store.registry, parseVersionRef(ref));
    if (record.bundle === null)
      throw new OslerError('USAGE', `${model}@${version} is no bundle of Osler's: it can't answer.`);
    if (status !== 'approved') {
      const words = `${model}@${version} is ${status}, not approved.`;
      if (warn === undefined)
        throw new OslerError('NOT_APPROVED', words, { hint: 'Only approved versions answer here.' });
      warn(words);
    }
    return { kind: 'version', model, version, digest: record.bundle.digest };
  }
  const { dir, name } = await openBundle(await findBundle(ref));
  return { kind: 'bundle', dir, name, digest: await bundleDigest(dir) };
}

/** Loads a bundle. Throws BUNDLE_ALTERED where it is another one than the job began with. */
export async function openTarget(
  store: Store,
  target: Exclude<JobTarget, { kind: 'deployment' }>,
  options: { threads?: number } = {},
): Promise<Scorer> {
  const bundle = await openPinned(store, target);
  const predictor = await createPredictor(bundle, options);
  const { model: network, run } = predictor.manifest;
  const model = {
    name: target.kind === 'version' ? target.model : target.name,
    ...(target.kind === 'version' ? { version: target.version } : {}),
    digest: target.digest,
    network: network.name,
    run,
  };
  return {
    // Decoding and computing overlap.
    atOnce: 16,
    async score(_id, image) {
      const [prediction] = await predictor.predict([image]);
      if (prediction === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
      if (prediction instanceof OslerError) throw prediction;
      return { ...said(prediction), model };
    },
    settle: async () => undefined,
    close: () => predictor.close(),
  };
}

async function openPinned(store: Store, target: Exclude<JobTarget, { kind: 'deployment' }>) {
  if (target.kind === 'version') {
    const { model, version, digest } = target;
    const row = await findVersion(store.registry, { model, version });
    if (row.record.bundle?.digest !== digest) throw another(targetName(target));
    return openRegistered(store.home, row, store.artifacts);
  }
  const bundle = await openBundle(target.dir);
  if ((await bundleDigest(bundle.dir)) !== target.digest) throw another(target.name);
  return bundle;
}

const another = (name: string): OslerError =>
  new OslerError('BUNDLE_ALTERED', `${name} is another bundle than the job began with.`, {
    hint: 'Begin anew: osler score --fresh',
  });

/** Asks a deployment that is served in this process. Others go first; where its queue is full, the job waits. */
export function deploymentScorer(host: Pick<ServingHost, 'get' | 'flush'>, name: string, atOnce: number): Scorer {
  return {
    atOnce,
    async score(id, image, signal) {
      for (;;) {
        try {
          const { prediction, version, routing, network, run } = await host
            .get(name)
            .predict({ id, image, priority: 'low' });
          const model = { name: version.model, version: version.version, digest: version.digest, network, run };
          return { requestId: id, ...said(prediction), model, routing };
        } catch (error) {
          if (!isCrowded(error)) throw error;
          await sleep(error instanceof RefusedError ? error.retryAfter * 1_000 : 1_000, undefined, { signal });
        }
      }
    },
    settle: () => host.flush(),
    close: async () => undefined,
  };
}

const isCrowded = (error: unknown): boolean =>
  error instanceof OslerError &&
  (error.code === 'QUEUE_FULL' || error.code === 'DEADLINE_EXCEEDED' || error.code === 'OVERLOADED');

const said = (prediction: Prediction): Record<string, unknown> => ({
  ...answerDocument(prediction),
  abstention: abstentionOf(prediction),
});
