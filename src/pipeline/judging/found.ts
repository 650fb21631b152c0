import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Suspects } from '../../audit/suspects/suspects.ts';
import { SUSPECT_FILES } from '../../audit/suspects/write.ts';
import type { DatasetRecord } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { listGroups } from '../../store/groups.ts';
import type { Store } from '../../store/store.ts';
import { type Judges, suspectsFolder } from '../suspects.ts';

/** Networks that may judge a version's labels, or did. */
export interface Judge {
  kind: 'run' | 'seeds' | 'folds';
  id: string;
  name: string;
  /** When they were trained, ISO 8601. */
  trainedAt: string;
  /** When they judged; null where they did not yet. */
  judgedAt: string | null;
}

/** Of single runs, the newest that are offered. */
const MOST_RUNS = 30;

/**
 * What was trained to its end on a version, groups of folds first, as they judge every image; then by age, the newest first. Members of a
 * group, and runs of long ago, are among them where one is asked for.
 */
export async function judgesOf(store: Store, version: DatasetRecord, asked: Judges | null): Promise<Judge[]> {
  const { name, version: number, digest } = version;
  const groups = (await listGroups(store.home)).filter(
    ({ dataset, members }) => dataset.digest === digest && dataset.name === name && members.every(({ done }) => done),
  );
  const runs = await store.runs.list({ status: 'finished', dataset: `${name}@${number}`, limit: MOST_RUNS });
  const judges: Judges[] = [
    ...groups.map((group) => ({ group })),
    ...runs.filter((run) => run.group === null && run.dataset.digest === digest).map((run) => ({ run })),
  ];
  if (asked !== null && !judges.some((one) => idOf(one) === idOf(asked))) judges.push(asked);
  const told = await Promise.all(judges.map((one) => judgeOf(store.home, one)));
  const rank = ({ kind }: Judge): number => ['folds', 'seeds', 'run'].indexOf(kind);
  return told.sort((a, b) => rank(a) - rank(b) || (a.trainedAt < b.trainedAt ? 1 : -1));
}

const idOf = (judges: Judges): string => ('run' in judges ? judges.run.id : judges.group.id);

async function judgeOf(home: string, judges: Judges): Promise<Judge> {
  const judgedAt = await judgedAtOf(home, judges);
  const { id, name, createdAt: trainedAt } = 'run' in judges ? judges.run : judges.group;
  return { kind: 'run' in judges ? 'run' : judges.group.kind, id, name, trainedAt, judgedAt };
}

const Head = Suspects.pick({ format: true, createdAt: true });

/** Of many lists this alone is read. Null for one that is damaged too: it is to be made again, and keeps none of the others from being told. */
async function judgedAtOf(home: string, judges: Judges): Promise<string | null> {
  try {
    return Head.parse(JSON.parse(await readFile(pathOf(home, judges), 'utf8'))).createdAt;
  } catch {
    return null;
  }
}

/** What they suspected when they were last asked; null where they were not. Throws DATA_INVALID for a file that is none. */
export async function readSuspects(home: string, judges: Judges): Promise<Suspects | null> {
  const path = pathOf(home, judges);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return Suspects.parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is no list of label suspects.`, {
      hint: 'Judge the labels again.',
      cause,
    });
  }
}

const pathOf = (home: string, judges: Judges): string => join(suspectsFolder(home, judges), SUSPECT_FILES.json);
