import { OslerError } from '../../errors.ts';
import { type Comparison, compareVariants } from '../../serving/deployments/compare.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { PredictionEntry } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { findDeployment } from './manage.ts';

/**
 * Writes down what turned out to be true of an image that was predicted, however late; said again it is a correction.
 * Throws NOT_FOUND for an unknown prediction, USAGE for a label that its model does not know.
 */
export async function giveFeedback(
  store: Store,
  { prediction, label, who }: { prediction: string; label: string; who: string },
): Promise<PredictionEntry[]> {
  const entries = await store.predictions.get(prediction);
  const answered = entries.filter(({ answer }) => answer !== null);
  if (answered.length === 0) {
    throw new OslerError('NOT_FOUND', `There is no prediction "${prediction.slice(0, 100)}" with an answer.`, {
      hint: 'The id stands in the answer, as requestId.',
    });
  }
  const known = Object.keys((answered[0]!.answer as { probabilities: Record<string, number> }).probabilities);
  if (!known.includes(label)) {
    throw new OslerError('USAGE', `The model knows no class "${label.slice(0, 100)}".`, {
      hint: `It knows ${known.join(', ')}.`,
    });
  }
  await store.predictions.addFeedback({ prediction, at: Date.now(), who, label });
  return answered;
}

/**
 * What feedback says of a deployment's variants, those that take part now and those that did since `since` (milliseconds since 1970).
 * Tested against `against`, or the live variant with the largest share. Throws NOT_FOUND.
 */
export async function compareDeployment(
  store: Store,
  name: string,
  { since, against }: { since?: number; against?: string } = {},
): Promise<Comparison> {
  const row = await findDeployment(store, name);
  const members = membersOf(parseSpec(row.revision.spec));
  const live = members.filter(({ role }) => role === 'live');
  const labelled = await store.predictions.labelled(row.id, since);
  const variants = [
    ...new Set([...members.map((one) => one.name), ...labelled.map(({ prediction }) => prediction.variant)]),
  ];
  if (against !== undefined && !variants.includes(against)) {
    throw new OslerError('NOT_FOUND', `"${against}" is no variant of ${name}.`, {
      hint: `It has ${variants.join(', ')}.`,
    });
  }
  const reference = against ?? live.reduce((a, b) => (b.share > a.share ? b : a)).name;
  return compareVariants(labelled, { against: reference, variants });
}
