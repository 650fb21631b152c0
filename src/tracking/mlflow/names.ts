/** MLflow's limits on names and values (mlflow/utils/validation.py). */
export const MAX_KEY = 250;
export const MAX_PARAM = 6_000;
export const MAX_TAG = 8_000;
export const MAX_DIGEST = 36;
export const BATCH = { metrics: 1_000, params: 100, tags: 100, entities: 1_000, bytes: 900_000 };

/** Tag under which a run in MLflow names the Osler run that it is. */
export const RUN_TAG = 'osler.run';

/** Tag under which a logged model there names the one of Osler's that it is. */
export const MODEL_TAG = 'osler.model';

/** A key as MLflow takes it: letters, digits, `_ - . : /` and spaces, no empty or dotted parts, at most 250. */
export function mlflowKey(key: string): string {
  const clean = key
    .replaceAll(/[^\p{L}\p{N}_/. :-]/gu, '_')
    .split('/')
    .map((part) => (part === '' || part === '.' || part === '..' ? '_' : part))
    .join('/');
  return [...clean].slice(0, MAX_KEY).join('');
}

export function cutTo(text: string, most: number): string {
  const letters = text.length <= most ? null : [...text];
  return letters === null || letters.length <= most ? text : letters.slice(0, most).join('');
}

/** MLflow's SQL stores keep an infinity as the largest number. */
export function withInfinity(value: number): number {
  return Math.abs(value) >= 1.7976931348623157e308 ? value * Number.POSITIVE_INFINITY : value;
}
