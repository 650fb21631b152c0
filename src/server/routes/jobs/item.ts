import { type Answer, modelName } from '../../../pipeline/jobs/results.ts';
import type { JobResult } from '../../../store/jobs/types.ts';
import type { JobItemInfo } from './contract.ts';

/** An item as a table shows it; all that was said of it stands in its line of the result. */
export function itemInfo({ number, name, outcome, answer }: JobResult): JobItemInfo {
  const said = (answer ?? {}) as Answer;
  const { label = null, probabilities, positive, abstention, requestId, error } = said;
  return {
    number,
    file: name,
    outcome,
    label,
    probability: label === null ? null : (probabilities?.[label] ?? null),
    positive:
      positive === undefined
        ? null
        : { probability: positive.probability, threshold: positive.threshold, verdict: positive.verdict },
    abstention: abstention?.words ?? null,
    model: modelName(said) ?? null,
    prediction: requestId ?? null,
    error: error?.message ?? null,
  };
}
