import { OslerError } from '../../errors.ts';

/** How a threshold is chosen on validation. */
export type Rule =
  | { kind: 'youden' }
  | { kind: 'sensitivity' | 'specificity' | 'threshold'; at: number }
  | {
      kind: 'cost';
      /** Of a missed positive, and of a false alarm; only their ratio matters. */
      missed: number;
      alarm: number;
      /** Share of positives where the model will be used; null: as in validation. */
      prevalence: number | null;
    };

export const RULE_EXAMPLES = 'youden, sensitivity=0.95, specificity=0.9, cost=10:1, cost=10:1@0.02, threshold=0.5';

const NUMBER = String.raw`(\d+\.?\d*|\.\d+)`;
const AT = new RegExp(`^(sensitivity|specificity|threshold)=${NUMBER}$`);
const COST = new RegExp(`^cost=${NUMBER}:${NUMBER}(?:@${NUMBER})?$`);

/** Reads a rule as RULE_EXAMPLES show them. Throws USAGE on anything else. */
export function parseRule(text: string): Rule {
  if (text === 'youden') return { kind: 'youden' };
  const cost = COST.exec(text);
  if (cost !== null) return costRule(text, Number(cost[1]), Number(cost[2]), cost[3]);
  const match = AT.exec(text);
  const at = Number(match?.[2]);
  if (match === null || !(at > 0 && at <= 1)) {
    throw new OslerError('USAGE', `"${text}" is no rule for the operating point.`, {
      hint: `Use ${RULE_EXAMPLES} (shares above 0, at most 1).`,
    });
  }
  return { kind: match[1] as 'sensitivity', at };
}

function costRule(text: string, missed: number, alarm: number, at: string | undefined): Rule {
  if (!(missed > 0 && alarm > 0)) {
    throw new OslerError('USAGE', `"${text}": both costs must be above 0.`, {
      hint: 'cost=10:1 says that missing a positive is ten times as bad as a false alarm.',
    });
  }
  const prevalence = at === undefined ? null : Number(at);
  if (prevalence !== null && !(prevalence > 0 && prevalence < 1)) {
    throw new OslerError('USAGE', `"${text}": the share of positives after @ must lie between 0 and 1.`, {
      hint: 'cost=10:1@0.02 is for use where 2 in 100 are positive.',
    });
  }
  return { kind: 'cost', missed, alarm, prevalence };
}
