import { createHash } from 'node:crypto';
import { OslerError } from '../../errors.ts';
import { findVersion } from '../../registry/names.ts';
import { openRegistered } from '../../registry/open.ts';
import { answerDocument } from '../../serving/deployments/answer.ts';
import { createPredictor } from '../../serving/predictor.ts';
import type { PredictionEntry } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';

export interface Replayed {
  entry: PredictionEntry;
  answer: Record<string, unknown>;
  /** Largest difference of a probability from the logged one. */
  maxDifference: number;
  /** Label, verdict, set and whether the image is unlike are the logged ones, and no probability is off by more than rounding. */
  same: boolean;
}

/** Computing an image alone or with others sums in another order: differences below this are rounding. */
const ROUNDING = 1e-5;

/**
 * Predicts a logged image again, with the bundles that answered then, each checked against its registration.
 * Throws NOT_FOUND for an unknown prediction or a bundle that is gone, DATA_INVALID for another image than the logged one.
 */
export async function replayPrediction(store: Store, id: string, image: Uint8Array): Promise<Replayed[]> {
  const entries = (await store.predictions.get(id)).filter(({ answer }) => answer !== null);
  if (entries.length === 0)
    throw new OslerError('NOT_FOUND', `There is no prediction "${id.slice(0, 100)}" with an answer.`);
  const sha256 = createHash('sha256').update(image).digest('hex');
  if (entries[0]!.image !== sha256) {
    throw new OslerError('DATA_INVALID', 'This is not the image that was predicted then: its bytes are others.', {
      hint: `The log says sha256 ${entries[0]!.image}.`,
    });
  }
  const replayed: Replayed[] = [];
  for (const entry of entries) replayed.push(await replay(store, entry, image));
  return replayed;
}

async function replay(store: Store, entry: PredictionEntry, image: Uint8Array): Promise<Replayed> {
  const { model, version, digest } = entry;
  const row = await findVersion(store.registry, { model, version });
  if (row.record.bundle?.digest !== digest) {
    throw new OslerError('NOT_FOUND', `${model}@${version} is another bundle than the one that answered.`);
  }
  const predictor = await createPredictor(await openRegistered(store.home, row, store.artifacts));
  try {
    const [prediction] = await predictor.predict([image]);
    if (prediction === undefined || prediction instanceof OslerError) throw prediction ?? new Error('no answer');
    const answer = JSON.parse(JSON.stringify(answerDocument(prediction))) as Record<string, unknown>;
    const maxDifference = differenceOf(entry.answer!, answer);
    const told = (one: Record<string, unknown>): string => {
      const { label, positive, set, outOfDistribution } = one as {
        label: string;
        positive?: { verdict: boolean };
        set?: { labels: string[] };
        outOfDistribution?: { verdict: boolean };
      };
      return JSON.stringify([label, positive?.verdict, set?.labels, outOfDistribution?.verdict]);
    };
    return {
      entry,
      answer,
      maxDifference,
      same: maxDifference <= ROUNDING && told(answer) === told(entry.answer!),
    };
  } finally {
    await predictor.close();
  }
}

function differenceOf(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const [then, now] = [a.probabilities, b.probabilities] as [Record<string, number>, Record<string, number>];
  const labels = new Set([...Object.keys(then), ...Object.keys(now)]);
  return Math.max(...[...labels].map((label) => Math.abs((then[label] ?? Infinity) - (now[label] ?? 0))));
}
