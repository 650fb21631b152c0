import { metricName } from '../../metric-words.ts';
import type { Decision, Version } from './queries.ts';

export const STATUS_WORDS: Record<Version['status'], string> = {
  pending: 'waits for a decision',
  approved: 'approved: it may become live',
  rejected: 'rejected, for ever',
  retired: 'taken out of use, for ever',
};

export const DECIDED: Record<string, string> = {
  approve: 'approved',
  reject: 'rejected',
  retire: 'retired',
  promote: 'made live',
};

export const decided = ({ decision }: Pick<Decision, 'decision'>): string => DECIDED[decision] ?? decision;

/** What the trail's verbs mean. */
const DEEDS: Record<string, string> = {
  'model.create': 'made the model',
  'model.rename': 'renamed the model',
  'model.describe': 'described the model',
  'model.tag': 'changed a tag of the model',
  'model.delete': 'deleted the model',
  'version.register': 'registered',
  'version.approve': 'approved',
  'version.reject': 'rejected',
  'version.retire': 'retired',
  'version.stage': 'moved to another stage',
  'version.describe': 'described the version',
  'version.tag': 'changed a tag of the version',
  'version.delete': 'deleted the version',
  'alias.set': 'gave the alias',
  'alias.delete': 'took the alias away',
  'policy.change': 'changed the',
  'deployment.create': 'made',
  'deployment.change': 'changed',
  'deployment.rollback': 'rolled back',
  'deployment.delete': 'ended',
  'canary.start': 'began a canary in',
  'canary.step': 'gave more traffic to the canary of',
  'canary.promote': 'made the canary live in',
  'canary.rollback': 'took the canary back in',
};

export const deed = (what: string): string => DEEDS[what] ?? what;

/** `skin@3` */
export const versionName = ({ model, version }: { model: string; version: number }): string => `${model}@${version}`;

/** MLflow's filter for names that hold some words. */
export function nameFilter(find: string | undefined): string | undefined {
  const words = find?.trim() ?? '';
  if (words === '') return undefined;
  return `name ILIKE '%${words.replaceAll("'", "''")}%'`;
}

/** The bound of a gate in words: "AUROC, lower end of its 95% interval, at least 0.85". */
export function gateWords(text: string): string {
  const [, metric, bound, sign, limit] = /^(\w+)\.(\w+)\s*(>=|<=)\s*(\S+)$/.exec(text) ?? [];
  if (metric === undefined) return text;
  const end = bound === 'value' ? '' : `, ${bound === 'low' ? 'lower' : 'upper'} end of its 95% interval,`;
  return `${metricName(metric)}${end} at ${sign === '>=' ? 'least' : 'most'} ${limit}`;
}
