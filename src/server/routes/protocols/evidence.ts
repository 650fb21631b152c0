import { abstentionOf } from '../../../serving/deployments/answer.ts';
import type { Answered } from './served.ts';

/** What every answer carries beside another system's own fields: what it rests on, and what speaks against it. */
export function evidenceOf({ id, prediction, model, routing }: Answered): Record<string, unknown> {
  const { positive, set, outOfDistribution, stamps, leaks } = prediction;
  return {
    requestId: id,
    ...(positive === undefined ? {} : { positive }),
    ...(set === undefined ? {} : { set }),
    ...(outOfDistribution === undefined ? {} : { outOfDistribution }),
    abstention: abstentionOf(prediction),
    stamps,
    ...(leaks === undefined ? {} : { leaks }),
    model,
    ...(routing === null ? {} : { routing }),
  };
}
