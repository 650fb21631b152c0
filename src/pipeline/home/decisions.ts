import { listDatasets, readAcceptance } from '../../data/dataset.ts';
import { versionName } from '../../registry/names.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { compareDeployment } from '../deployments/feedback.ts';
import type { ModelOverview } from '../models/overview.ts';

/** Something that waits for a person. `words` say it whole; the rest names what it is about. */
export interface Waiting {
  kind: 'fault' | 'approve' | 'evidence' | 'leaks' | 'broken' | 'work' | 'begun';
  /** `derma`, `skin@3`, `isic@1` (of leaks and of work), a run's id, the id of what was begun from the page. */
  subject: string;
  words: string;
  /** Since when, milliseconds since 1970; null where nobody wrote it down. */
  since: number | null;
}

/** What a server knows beyond the store: deployments that are not what the store says, by name. */
export type Faults = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
/** Runs that ended badly longer ago than this are history. */
const LATELY_MS = 7 * DAY_MS;
const MOST_BROKEN = 10;

/** What waits for a person, the most pressing first. */
export async function waitingOf(
  store: Store,
  known: { models: readonly ModelOverview[]; deployments: readonly DeploymentRow[]; faults: Faults },
): Promise<Waiting[]> {
  const { models, deployments, faults } = known;
  const parts = await Promise.all([
    faultsOf(deployments, faults),
    approvalsOf(store, models),
    evidenceOf(store, deployments),
    leaksOf(store.home),
    brokenOf(store),
    cutOffOf(store),
    begunOf(store),
  ]);
  return parts.flat();
}

function faultsOf(deployments: readonly DeploymentRow[], faults: Faults): Waiting[] {
  return deployments.flatMap(({ name, revision }) =>
    faults[name] === undefined ? [] : [{ kind: 'fault', subject: name, words: faults[name], since: revision.at }],
  );
}

async function approvalsOf(store: Store, models: readonly ModelOverview[]): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const { model, pending } of models) {
    for (const number of pending) {
      const row = await store.registry.version(model.name, number);
      if (row === null) continue;
      const name = versionName(row);
      const by = row.record.registeredBy;
      all.push({
        kind: 'approve',
        subject: name,
        words: `${name}, registered by ${by}, is neither approved nor rejected.`,
        since: row.createdAt,
      });
    }
  }
  return all.sort((a, b) => b.since! - a.since!);
}

/** Deployments of several variants where feedback tells them apart for certain, and the better one has not all of the traffic. */
async function evidenceOf(store: Store, deployments: readonly DeploymentRow[]): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const { name, revision } of deployments) {
    if (membersOf(parseSpec(revision.spec)).length < 2) continue;
    const { tests } = await compareDeployment(store, name);
    const roles = new Map(membersOf(parseSpec(revision.spec)).map((member) => [member.name, member.role]));
    for (const { verdict, words, variant } of tests) {
      const role = roles.get(variant);
      // A shadow that is worse has no traffic to lose.
      if (role === undefined || !(verdict === 'better' || (verdict === 'worse' && role !== 'shadow'))) continue;
      all.push({ kind: 'evidence', subject: name, words, since: null });
    }
  }
  return all;
}

/** Newest versions of datasets that leak, and that nobody has taken on themselves. */
async function leaksOf(home: string): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const record of await listDatasets(home)) {
    if (!record.stamps.includes('leaky') || (await readAcceptance(home, record)) !== null) continue;
    const subject = `${record.name}@${record.version}`;
    const words = `${subject} has the same patients, lesions or images in training and test: mend the split, or accept it with a reason.`;
    all.push({ kind: 'leaks', subject, words, since: Date.parse(record.createdAt) });
  }
  return all;
}

/** Work on datasets that its server's end cut off, and that nobody has begun again. */
async function cutOffOf(store: Store): Promise<Waiting[]> {
  const seen = new Set<string>();
  // A comparison is found where its version waits for a decision.
  const all = (await store.tasks.list()).filter(({ what }) => what.startsWith('dataset.'));
  return all.flatMap(({ state, subject, what, endedAt }): Waiting[] => {
    const isNewest = !seen.has(subject);
    seen.add(subject);
    if (!isNewest || state !== 'interrupted' || !isLately(endedAt)) return [];
    const name = subject.replace(/^dataset /, '');
    const words = `${WORK[what] ?? 'Work on'} ${name} was interrupted as the server ended: it can be begun again.`;
    return [{ kind: 'work', subject: name, words, since: Date.parse(endedAt!) }];
  });
}

const WORK: Record<string, string> = {
  'dataset.audit': 'The audit of',
  'dataset.mend': 'Mending',
  'dataset.split': 'Splitting',
  'dataset.amend': 'Writing the decisions about',
};

/** What was begun from the page with a run that is trained, and whose process was killed; not begun again since. */
async function begunOf(store: Store): Promise<Waiting[]> {
  const seen = new Set<string>();
  return (await store.trainings.list()).flatMap(({ id, kind, name, run, task, error, endedAt }): Waiting[] => {
    const words = BEGUN[kind];
    if (words === undefined) return [];
    const key = [kind, run, task.group, task.split, task.model, task.sweep].join(' ');
    const isNewest = !seen.has(key);
    seen.add(key);
    if (!isNewest || error?.code !== 'INTERRUPTED' || !isLately(endedAt)) return [];
    const said = `${words} ${name} was interrupted: it can be begun again.`;
    return [{ kind: 'begun', subject: id, words: said, since: Date.parse(endedAt!) }];
  });
}

const BEGUN: Partial<Record<TrainingRecord['kind'], string>> = {
  evaluate: 'Measuring',
  suspects: 'Judging the labels of',
  register: 'Registering',
  demo: 'The',
  sweep: 'The sweep',
};

const isLately = (at: string | null): boolean => at !== null && Date.now() - Date.parse(at) < LATELY_MS;

async function brokenOf(store: Store): Promise<Waiting[]> {
  const broken = await store.pulse.broken(Date.now() - LATELY_MS, MOST_BROKEN);
  return broken.map(({ id, name, status, endedAt }) => ({
    kind: 'broken',
    subject: id,
    words:
      status === 'failed'
        ? `The training ${name} failed: its page says why, and it can be resumed.`
        : `The training ${name} was interrupted: it can be resumed where it was.`,
    since: endedAt,
  }));
}
