import { relative } from 'node:path';
import type { Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { onValidation } from '../evaluation/metrics/words.ts';
import type { Repeats } from '../evaluation/repeats/repeats.ts';
import { measureGroup, repeatsFile } from '../pipeline/repeat/measure-group.ts';
import {
  type GroupDeps,
  openGroupDataset,
  type Plan,
  resumeGroup,
  trainGroup,
} from '../pipeline/repeat/train-group.ts';
import type { GroupRecord } from '../store/groups.ts';
import { groupDir } from '../store/paths.ts';
import type { TrainConfig } from '../training/config.ts';
import type { TrainDeps } from '../training/train.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { repeatsLines } from './repeats-output.ts';

export function readPlan({ seeds, folds }: { seeds?: number; folds?: number }): Plan {
  if (seeds !== undefined && folds !== undefined) {
    throw new OslerError('USAGE', '--seeds and --folds are two ways to train a recipe several times: choose one.', {
      hint: '--seeds asks how much chance decides, --folds measures every sample of train and val.',
    });
  }
  return folds === undefined ? { kind: 'seeds', of: seeds! } : { kind: 'folds', of: folds };
}

/** Trains a new group, measures it on validation and tells. */
export async function startGroup(
  dataset: Dataset,
  config: TrainConfig,
  plan: Plan,
  deps: TrainDeps,
  context: Context,
): Promise<void> {
  await told(async (groupDeps) => trainGroup(dataset, config, plan, groupDeps), deps, context);
}

/** Goes on with a group. */
export async function runGroup(group: GroupRecord, deps: TrainDeps, context: Context): Promise<void> {
  await told((groupDeps) => resumeGroup(group, groupDeps), deps, context);
}

async function told(work: (deps: GroupDeps) => Promise<GroupRecord>, deps: TrainDeps, context: Context): Promise<void> {
  const { out, home, signal } = context;
  let id: string | undefined;
  const group = await work({
    ...deps,
    onGroup: (begun) => {
      id = begun.id;
      out.log(`group ${pc.bold(begun.id)}  ${begun.members.length} ${begun.kind}`);
    },
    onMember: (text) => out.log(`\n${pc.bold(text)}`),
  }).catch((error: unknown) => {
    if (!(error instanceof OslerError && error.code === 'INTERRUPTED') || id === undefined) throw error;
    throw new OslerError('INTERRUPTED', error.message, {
      hint: `Go on with: osler train --resume ${id.slice(0, 12)}`,
      cause: error,
    });
  });
  const dataset = await openGroupDataset(home, group);
  const result = await measureGroup(home, group, dataset, 'val', { onProgress: out.progress, signal });
  report(group, result, context);
}

function report(group: GroupRecord, result: Repeats, { out, home }: Context): void {
  const { id, kind, members, chosen } = group;
  out.json({
    group: id,
    runs: members.map(({ run, seed, fold }) => ({ run, seed, fold })),
    chosen,
    ...withoutFormat(result),
    folder: groupDir(home, id),
    file: repeatsFile(home, id, result.split),
  });
  out.line(`group      ${pc.bold(id)}`);
  for (const line of repeatsLines(result)) out.line(line);
  out.line();
  out.line(`folder     ${relative(process.cwd(), groupDir(home, id))}`);
  if (chosen !== null) {
    const value = `${onValidation(chosen.metric)} ${chosen.value.toFixed(4)}`;
    out.line(`go on with ${pc.bold(chosen.run.slice(0, 12))}  the best by ${value}; test has no say in it`);
  }
  out.line(`test       osler evaluate ${id.slice(0, 12)}`);
  if (kind === 'folds') out.line(`labels     osler data suspects ${id.slice(0, 12)}`);
}

/** The JSON document's keys of the result. */
export function withoutFormat({ format: _, ...rest }: Repeats): Omit<Repeats, 'format'> {
  return rest;
}
