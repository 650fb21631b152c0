import { join } from 'node:path';
import { writeFileAtomic } from '../../store/files.ts';
import type { Subject } from '../evaluation.ts';
import { robustnessSvg } from './chart.ts';
import { type Robustness, RobustnessFile } from './robustness.ts';

/** Names of the files, beside those of the evaluation's report, which shows what they say. */
export const STRESS_FILES = { json: 'stress.json', svg: 'stress.svg' } as const;

/** Writes both files into `folder` (made when absent), each whole or not at all. Answers their paths. */
export async function writeRobustness(
  folder: string,
  { robustness, subject }: { robustness: Robustness; subject: Subject },
): Promise<{ json: string; svg: string }> {
  const file = RobustnessFile.parse({ ...robustness, subject });
  const paths = { json: join(folder, STRESS_FILES.json), svg: join(folder, STRESS_FILES.svg) };
  const title = `${subject.name}: ${robustness.samples} ${robustness.split} images, damaged in ${robustness.curves.length} ways`;
  await writeFileAtomic(paths.svg, robustnessSvg(robustness, title));
  await writeFileAtomic(paths.json, `${JSON.stringify(file, null, 1)}\n`);
  return paths;
}
