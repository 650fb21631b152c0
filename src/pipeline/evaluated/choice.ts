import { OslerError } from '../../errors.ts';
import type { ClassDecision } from '../../evaluation/decisions/spec.ts';
import type { EvaluateOptions } from '../../evaluation/options.ts';
import type { Workplace } from '../workplace.ts';
import type { Brought, Evaluated } from './find.ts';

export interface Choice {
  validation: Awaited<ReturnType<Evaluated['predictSplit']>> | undefined;
  given: Brought;
}

/** What a person asks for by name; all else stays as a bundle has it. */
export interface Wishes {
  data?: string;
  positive?: string;
  rule?: string;
  decision?: ClassDecision;
  calibration?: string;
  coverage?: number;
  falseAlarms?: number;
}

/** What is fitted on validation, and what is brought along: a bundle's own decisions stand unless others are asked for. */
export async function choose(
  evaluated: Evaluated,
  wishes: Wishes,
  asked: EvaluateOptions,
  { out }: Pick<Workplace, 'out'>,
): Promise<Choice> {
  const { brings } = evaluated;
  const given = brings === null ? {} : kept(brings, wishes);
  if (brings !== null && !needsValidation(wishes, asked)) return { validation: undefined, given };
  try {
    return { validation: await evaluated.predictSplit('val'), given };
  } catch (error) {
    // A folder can be measured without the dataset that the model came from; only nothing can be fitted then.
    if (wishes.data === undefined || !(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
    out.warn(`Nothing is fitted on validation: ${error.message}`);
    return { validation: undefined, given };
  }
}

function kept(brings: Brought, { positive, rule, decision, calibration, coverage, falseAlarms }: Wishes): Brought {
  const given = { ...brings };
  if (calibration !== undefined) {
    delete given.temperature;
    delete given.calibration;
  }
  // A threshold and a rule belong to the probabilities that they were fitted on.
  if (positive !== undefined || rule !== undefined || calibration !== undefined) delete given.operatingPoint;
  if (decision !== undefined || calibration !== undefined) delete given.classRule;
  if (coverage !== undefined) delete given.conformal;
  if (falseAlarms !== undefined) delete given.outOfDistribution;
  return given;
}

/** A threshold that is named needs no fit. */
function needsValidation(
  { positive, decision, calibration, coverage, falseAlarms }: Wishes,
  { rule }: EvaluateOptions,
): boolean {
  if (decision === 'balanced') return true;
  if (calibration !== undefined || coverage !== undefined || falseAlarms !== undefined) return true;
  return rule === undefined ? positive !== undefined : !rule.startsWith('threshold=');
}
