import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { openDataset } from '../../data/dataset.ts';
import type { Dataset } from '../../data/sample.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { OslerError } from '../../errors.ts';
import { findGroup, type GroupRecord, memberName, writeGroup } from '../../store/groups.ts';
import { groupDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import { directionOf, TrainConfig, ValidationMetric } from '../../training/config.ts';
import { improves } from '../../training/schedules.ts';
import { resume, type TrainDeps, train } from '../../training/train.ts';

/** `seeds`: the recipe's seed and those after it. `folds`: k folds of train and val, all with the recipe's seed. */
export interface Plan {
  kind: 'seeds' | 'folds';
  of: number;
}

export interface GroupDeps extends Omit<TrainDeps, 'group' | 'id'> {
  /** Of a new group: where it is known beforehand. */
  groupId?: string;
  /** Before each training: which one it is. */
  onMember?: (text: string) => void;
  /** As soon as its first training has begun: from then on it can be gone on with. */
  onGroup?: (group: GroupRecord) => void;
}

/**
 * Trains a recipe several times, one after the other, and records the group. With seeds, the run to go on with is the one that
 * validation likes best; test has no say in it. Throws what a training throws; a group that was stopped can be gone on with.
 */
export async function trainGroup(
  dataset: Dataset,
  config: TrainConfig,
  plan: Plan,
  deps: GroupDeps,
): Promise<GroupRecord> {
  checkPlan(dataset, config, plan);
  const { name, version, digest } = dataset.record;
  const group: GroupRecord = {
    format: 'osler-group/1',
    id: deps.groupId ?? randomBytes(16).toString('hex'),
    name: config.name ?? deps.name ?? config.model.name,
    kind: plan.kind,
    createdAt: new Date().toISOString(),
    dataset: { name, version, digest },
    config: config as unknown as GroupRecord['config'],
    members: Array.from({ length: plan.of }, (_, i) => ({
      seed: plan.kind === 'seeds' ? config.seed + i : config.seed,
      fold: plan.kind === 'folds' ? i : null,
      run: null,
      done: false,
    })),
    chosen: null,
  };
  await writeGroup(deps.store.home, group);
  try {
    return await continueGroup(dataset, group, deps, () => deps.onGroup?.(group));
  } catch (error) {
    // What failed before its first step leaves nothing behind.
    if (group.members.every(({ run }) => run === null)) {
      await rm(groupDir(deps.store.home, group.id), { recursive: true, force: true });
    }
    throw error;
  }
}

/** By its whole id. Throws NOT_FOUND. */
export async function groupOf(home: string, id: string): Promise<GroupRecord> {
  const group = await findGroup(home, id);
  if (group !== null) return group;
  throw new OslerError('NOT_FOUND', `There is no group of runs ${JSON.stringify(id.slice(0, 40))}.`);
}

/** Throws USAGE for a group of which not every run is trained. */
export function checkWhole(group: GroupRecord): void {
  const missing = group.members.find(({ run, done }) => run === null || !done);
  if (missing === undefined) return;
  throw new OslerError('USAGE', `${memberName(group, missing)} of group ${group.id.slice(0, 12)} is not trained yet.`, {
    hint: `Go on with: osler train --resume ${group.id.slice(0, 12)}`,
  });
}

/** What can be said of it before the first training. Throws CONFIG_INVALID, DATA_INVALID. */
export function checkPlan(dataset: Dataset, config: TrainConfig, plan: Plan): void {
  if (config.data.fold !== null) {
    throw new OslerError('CONFIG_INVALID', `data.fold names one fold, and --${plan.kind} makes several runs.`, {
      hint: 'Leave data.fold away; --folds 5 trains every fold.',
    });
  }
  checkFolds(dataset, plan);
}

/** Trains what a group still lacks. */
export async function resumeGroup(group: GroupRecord, deps: GroupDeps): Promise<GroupRecord> {
  const dataset = await openGroupDataset(deps.store.home, group);
  deps.onGroup?.(group);
  // Who accepted leaks when the group was begun need not do so again.
  const [first] = group.members;
  const accepted = first?.run == null ? null : (await deps.store.runs.get(first.run)).leaks?.accepted;
  return continueGroup(dataset, group, { ...(accepted == null ? {} : { acceptLeaks: accepted }), ...deps });
}

/** The version that the group was trained on. Throws NOT_FOUND, or DATA_INVALID when it is another by now. */
export async function openGroupDataset(home: string, { dataset: ref }: GroupRecord): Promise<Dataset> {
  const dataset = await openDataset(home, `${ref.name}@${ref.version}`);
  if (dataset.record.digest === ref.digest) return dataset;
  throw new OslerError(
    'DATA_INVALID',
    `Dataset ${ref.name}@${ref.version} is not the one that the group was trained on.`,
    {
      hint: 'Train the group again.',
    },
  );
}

async function continueGroup(
  dataset: Dataset,
  group: GroupRecord,
  deps: GroupDeps,
  begun?: () => void,
): Promise<GroupRecord> {
  const { store } = deps;
  const config = TrainConfig.parse(group.config);
  const runs: RunRecord[] = [];
  for (const [index, member] of group.members.entries()) {
    const recorded = member.run === null ? null : await store.runs.get(member.run);
    if (member.done && recorded !== null) {
      runs.push(recorded);
      continue;
    }
    deps.signal?.throwIfAborted();
    deps.onMember?.(`${memberName(group, member)}: ${index + 1} of ${group.members.length}`);
    const started = async (run: RunRecord) => {
      member.run = run.id;
      await writeGroup(store.home, group);
      if (index === 0) begun?.();
    };
    const run =
      recorded === null
        ? await trainMember(dataset, config, group, index, started, deps)
        : await resume(recorded, deps);
    member.run = run.id;
    member.done = true;
    await writeGroup(store.home, group);
    runs.push(run);
  }
  group.chosen = group.kind === 'seeds' ? choose(runs) : null;
  await writeGroup(store.home, group);
  return group;
}

async function trainMember(
  dataset: Dataset,
  config: TrainConfig,
  group: GroupRecord,
  index: number,
  started: (run: RunRecord) => Promise<void>,
  deps: GroupDeps,
): Promise<RunRecord> {
  const member = group.members[index]!;
  const fold = member.fold === null ? null : { of: group.members.length, index: member.fold, seed: 0 };
  const own: TrainConfig = { ...config, seed: member.seed, data: { ...config.data, fold } };
  let noted: Promise<void> | undefined;
  const run = await train(foldView(dataset, fold), own, {
    ...deps,
    name: `${group.name} ${memberName(group, member)}`,
    group: { id: group.id, kind: group.kind, index, of: group.members.length },
    onStart: (record) => {
      noted = started(record);
      // An error is met below; until then it must not count as unhandled.
      noted.catch(() => {});
      deps.onStart?.(record);
    },
  });
  await noted;
  return run;
}

/** The best by the validation metric that the recipe names. */
function choose(runs: readonly RunRecord[]): GroupRecord['chosen'] {
  let best: GroupRecord['chosen'] = null;
  for (const { id, best: own } of runs) {
    if (own === null) continue;
    const direction = directionOf(ValidationMetric.parse(own.metric));
    if (best === null || improves(own.value, best.value, direction))
      best = { run: id, metric: own.metric, value: own.value };
  }
  return best;
}

/** A class that a fold has none of can't be measured there, and may be missing in training: that is said before hours are spent. */
function checkFolds(dataset: Dataset, plan: Plan): void {
  if (plan.kind !== 'folds') return;
  const open = dataset.samples().filter(({ split }) => split !== 'test');
  if (open.length >= plan.of) return;
  const { name, version } = dataset.record;
  throw new OslerError('DATA_INVALID', `${name}@${version} has ${open.length} samples for ${plan.of} folds.`, {
    hint: 'Take fewer folds.',
  });
}
