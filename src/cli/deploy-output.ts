import { type Keep, membersOf, parseSpec } from '../serving/deployments/spec.ts';
import type { DeploymentRow, Revision } from '../store/deployments/types.ts';
import pc from './colours.ts';
import { shortTime, time } from './models-output.ts';
import { tableLines } from './table.ts';

/** As `--json` tells it: times as ISO 8601. */
export function deploymentDocument({ name, createdAt, revision }: DeploymentRow) {
  const spec = parseSpec(revision.spec);
  return {
    name,
    createdAt: time(createdAt),
    revision: revisionDocument(revision),
    members: membersOf(spec),
  };
}

export const revisionDocument = ({ at, spec, ...rest }: Revision) => ({ ...rest, at: time(at), spec: parseSpec(spec) });

export function deploymentLines({ name, revision }: DeploymentRow): string[] {
  const spec = parseSpec(revision.spec);
  const { canary, limits, keep, override, sticky } = spec;
  const why = revision.why === null ? '' : `: ${revision.why}`;
  return [
    `${pc.bold(pc.cyan(name))}  revision ${revision.number}, ${shortTime(time(revision.at))} by ${pc.bold(revision.who)}${why}`,
    ...tableLines(membersOf(spec), [
      { title: '  version', cell: (one) => `  ${one.name}` },
      { title: 'role', cell: ({ role }) => role },
      {
        title: 'traffic',
        cell: ({ share: part, role }) => (role === 'shadow' ? 'copies' : percent(part)),
        align: 'right',
      },
    ]),
    ...(canary === null
      ? []
      : [
          `  ${pc.dim('canary')}  step ${canary.step + 1} of ${canary.plan.steps.length} (${canary.plan.steps.join('%, ')}%), each ${canary.plan.minRequests} answers and ${canary.plan.minSeconds} s`,
        ]),
    `  ${pc.dim('sticky')}  by ${sticky}   ${pc.dim('batch')} ${limits.maxBatch}${limits.maxDelayMs > 0 ? `, ${limits.maxDelayMs} ms` : ''}   ${pc.dim('at once')} ${limits.concurrency}, ${limits.queue} wait, ${limits.deadlineMs} ms at most`,
    ...(keepWords(keep) === null ? [] : [`  ${pc.dim('log')}     ${keepWords(keep)}`]),
    ...(override === null ? [] : [`  ${pc.red('checks overridden')}: ${override}`]),
  ];
}

/** Null where all is kept. */
function keepWords({ days, answers }: Keep): string | null {
  const rules = [
    ...(days === null ? [] : [`${days} days`]),
    ...(answers === null ? [] : [`the newest ${answers.toLocaleString('en-US')} answers`]),
  ];
  return rules.length === 0 ? null : `kept ${rules.join(', and of those ')}`;
}

/** One line: `skin@3 90%, skin@4 10%`. */
export function sharesWords(revision: Revision): string {
  return membersOf(parseSpec(revision.spec))
    .map(({ name, role, share }) =>
      role === 'shadow' ? `${name} shadow` : `${name} ${percent(share)}${role === 'canary' ? ' canary' : ''}`,
    )
    .join(', ');
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))}%`;
