import { OslerError } from '../../errors.ts';
import { EvaluationFile } from '../../evaluation/evaluation.ts';
import { REPORT_FILES } from '../../evaluation/report/parts.ts';
import type { Store } from '../../store/store.ts';

export interface FoundEvaluation {
  /** Below `evaluation/` among the run's files: the split, or `data-NAME` of a folder of images, whose own split may have any name. */
  folder: string;
  /** Of the file: measured again, it is another. */
  sha256: string;
  file: EvaluationFile;
  /** Path of the report among the run's files; null where there is none. */
  report: string | null;
}

const FOLDER = 'evaluation';
/** An evaluation is some hundred kilobytes; what is larger is none. */
const MOST_BYTES = 64 * 2 ** 20;

/** What a run was measured to be, in order of folder; nothing for a run that was not evaluated. Throws DATA_INVALID for a file that is none. */
export async function evaluationsOf({ artifacts }: Store, run: string): Promise<FoundEvaluation[]> {
  return evaluationsUnder({ artifacts }, run, FOLDER);
}

/** On a split of its own dataset; null for a run that was not evaluated on it. Throws DATA_INVALID as above. */
export async function evaluationOf({ artifacts }: Store, run: string, split: string): Promise<FoundEvaluation | null> {
  const found = await evaluationsUnder({ artifacts }, run, `${FOLDER}/${split}`);
  return found.find(({ folder }) => folder === split) ?? null;
}

async function evaluationsUnder(
  { artifacts }: Pick<Store, 'artifacts'>,
  run: string,
  under: string,
): Promise<FoundEvaluation[]> {
  const files = await artifacts.list(run, { under });
  const paths = new Set(files.map(({ path }) => path));
  const found: FoundEvaluation[] = [];
  for (const { path, bytes, sha256 } of files) {
    if (!path.endsWith(`/${REPORT_FILES.json}`) || bytes > MOST_BYTES) continue;
    const parsed = EvaluationFile.safeParse(jsonOf(await textOf({ artifacts }, run, path)));
    if (!parsed.success)
      throw new OslerError('DATA_INVALID', `${path} of run ${run.slice(0, 12)} is not an evaluation.`, {
        hint: `Measure the run again: on its page under Evaluation, or by osler evaluate ${run.slice(0, 12)}`,
        cause: parsed.error,
      });
    const page = path.replace(REPORT_FILES.json, REPORT_FILES.page);
    const folder = path.slice(`${FOLDER}/`.length, -`/${REPORT_FILES.json}`.length);
    found.push({ folder, sha256, file: parsed.data, report: paths.has(page) ? page : null });
  }
  return found;
}

/** Undefined for what is none: clients write files of any name. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A file of a run as text, its content checked against its sum. Throws NOT_FOUND, ARTIFACT_ALTERED. */
export async function textOf({ artifacts }: Pick<Store, 'artifacts'>, run: string, path: string): Promise<string> {
  const { body } = await artifacts.read(run, path);
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
