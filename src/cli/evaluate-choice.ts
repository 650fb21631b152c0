import { OslerError } from '../errors.ts';
import type { OperatingPoint } from '../evaluation/evaluation.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import type { Context } from './context.ts';
import type { Evaluated } from './evaluate-subject.ts';

export interface Choice {
  validation: Awaited<ReturnType<Evaluated['predictSplit']>> | undefined;
  given: { temperature?: number; operatingPoint?: OperatingPoint };
}

/** What is fitted on validation, and what is brought along: a bundle's own decisions stand unless others are asked for. */
export async function choose(
  evaluated: Evaluated,
  options: { data?: string; positive?: string; rule?: string },
  asked: EvaluateOptions,
  { out }: Context,
): Promise<Choice> {
  const { brings } = evaluated;
  const other = options.positive !== undefined || options.rule !== undefined;
  if (brings !== null && !(other && evaluated.labels.length > 0)) {
    return { validation: undefined, given: { ...brings } };
  }
  const given = brings === null ? {} : { temperature: brings.temperature };
  if (asked.rule?.startsWith('threshold=') && brings !== null) return { validation: undefined, given };
  try {
    return { validation: await evaluated.predictSplit('val'), given };
  } catch (error) {
    // A folder can be measured without the dataset that the model came from; only nothing can be fitted then.
    if (options.data === undefined || !(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
    out.warn(`Nothing is fitted on validation: ${error.message}`);
    return { validation: undefined, given };
  }
}
