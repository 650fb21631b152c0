import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, OslerError } from '../../../errors.ts';
import { type ComparisonWork, sideOf } from '../../../pipeline/evaluated/comparison-work.ts';
import { ChampionComparison, type CompareVersions } from '../../../registry/evidence.ts';
import { versionName } from '../../../registry/names.ts';
import type { VersionRow } from '../../../store/registry/types.ts';
import type { Task, Tasks } from '../../tasks/tasks.ts';
import type { State } from './ongoing.ts';

type Asked = Parameters<CompareVersions>[2];

/** Comparisons of candidates with champions, made once and kept in the store: from the same bundles and the same samples comes the same evidence. */
export class Comparisons {
  private readonly tasks: Tasks;
  /** What is looked up and begun goes one after the other. */
  private beginning: Promise<unknown> = Promise.resolve();

  constructor(tasks: Tasks) {
    this.tasks = tasks;
  }

  /** Begins it, unless it is under way or made. */
  start(champion: VersionRow, candidate: VersionRow, asked: Asked, who: string): Promise<void> {
    const begun = this.beginning.then(() => this.begin(champion, candidate, asked, who));
    this.beginning = begun.catch(() => undefined);
    return begun;
  }

  /** Null where it was not begun, or was cancelled. */
  async state(champion: VersionRow, candidate: VersionRow, asked: Asked): Promise<State<ChampionComparison> | null> {
    const task = await this.find(champion, candidate, asked);
    if (task === undefined || task.state === 'stopped') return null;
    if (task.state === 'running') return { state: 'running', progress: task.progress.at(-1) ?? null };
    if (task.state === 'done') return { state: 'done', result: ChampionComparison.parse(task.result) };
    return { state: 'failed', error: errorOf(task) };
  }

  async cancel(champion: VersionRow, candidate: VersionRow, asked: Asked, who: string): Promise<void> {
    const task = await this.find(champion, candidate, asked);
    if (task?.state === 'running') await this.tasks.stop(task.id, who);
  }

  /** For a decision of `who`: waits for one that is under way, or makes it now. */
  compareFor(who: string): CompareVersions {
    return async (champion, candidate, asked) => {
      await this.start(champion, candidate, asked, who);
      const begun = await this.find(champion, candidate, asked);
      const task = begun && (await this.tasks.ended(begun.id));
      if (task?.state === 'done') return ChampionComparison.parse(task.result);
      if (task === undefined || task.state === 'running')
        throw new OslerError(
          'INTERRUPTED',
          `${subjectOf(workOf(champion, candidate, asked))} is made by another server.`,
          {
            hint: 'Wait for its end, then decide.',
          },
        );
      if (task.state === 'stopped') throw new OslerError('INTERRUPTED', 'The comparison was cancelled.');
      const { code, message, ...rest } = errorOf(task);
      throw new OslerError(code, message, rest);
    };
  }

  private async begin(champion: VersionRow, candidate: VersionRow, asked: Asked, who: string): Promise<void> {
    const last = await this.find(champion, candidate, asked);
    if (last?.state === 'running' || last?.state === 'done') return;
    const work = workOf(champion, candidate, asked);
    try {
      await this.tasks.start({ what: 'model.compare', subject: subjectOf(work), who, work });
    } catch (error) {
      // Another server began it at the same moment.
      if ((await this.find(champion, candidate, asked))?.state !== 'running') throw error;
    }
  }

  /** The last one of these very bundles. */
  private async find(champion: VersionRow, candidate: VersionRow, asked: Asked): Promise<Task | undefined> {
    const work = workOf(champion, candidate, asked);
    const all = await this.tasks.list({ subject: subjectOf(work) });
    return all.find((task) => isDeepStrictEqual(task.work, work));
  }
}

function workOf(champion: VersionRow, candidate: VersionRow, { margin, metric }: Asked): ComparisonWork {
  return { kind: 'compare', champion: sideOf(champion), candidate: sideOf(candidate), margin, metric: metric ?? null };
}

function subjectOf({ champion, candidate, margin, metric }: ComparisonWork): string {
  const by = metric === null ? `${margin}` : `${margin} of ${metric}`;
  return `comparison of ${versionName(candidate)} with ${versionName(champion)} by ${by}`;
}

/** Of one that came to nothing. */
function errorOf({ error }: Task): { code: ErrorCode; message: string; hint?: string } {
  const { code, message, hint } = error!;
  return { code: code as ErrorCode, message, ...(hint === undefined ? {} : { hint }) };
}
