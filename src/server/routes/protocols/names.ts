import { OslerError } from '../../../errors.ts';

/** Other systems' ways to ask for predictions. `classic`: the routes of services as tutorials write them. */
export const PROTOCOLS = ['kserve', 'sagemaker', 'mlflow', 'classic'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Throws USAGE for a name that is none. */
export function parseProtocols(names: readonly string[]): Protocol[] {
  return names
    .flatMap((text) => text.split(','))
    .map((name) => {
      const known = PROTOCOLS.find((one) => one === name.trim());
      if (known !== undefined) return known;
      throw new OslerError('USAGE', `--protocol ${name} is none of ${PROTOCOLS.join(', ')}.`);
    });
}
