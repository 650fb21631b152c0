import { relative } from 'node:path';
import type { Command } from 'commander';
import type { Suspects } from '../audit/suspects/suspects.ts';
import { estimable, judgedWords, takenFor } from '../audit/suspects/words.ts';
import { writeSuspects } from '../audit/suspects/write.ts';
import { datasetOfJudges, findJudges, findSuspects, suspectsFolder } from '../pipeline/suspects.ts';
import { outputFolder } from '../store/output.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { tableLines } from './table.ts';

export function register(data: Command, context: Context): void {
  data
    .command('suspects')
    .description('list images whose label is likely wrong, as networks that did not learn from them see it')
    .argument('<run|group>', 'a run, or better the group of osler train --folds (latest-group)')
    .option('--out <dir>', 'where the files go (default: with the run or the group)')
    .option('--limit <n>', 'rows of the table here; the files have all', wholeNumber(0, 1_000_000), 15)
    .addHelpText(
      'after',
      `
Confident learning (Northcutt et al. 2021) on predictions of networks that were not trained on the image: of a group of folds on every
image, of a single run on validation and test. Writes suspects.json, suspects.csv, suspects.html (a page of the images) and labels.csv.
Nothing is changed: training uses the labels as they are. To change some, correct them in labels.csv and import the source again with
--metadata labels.csv --id id --label label (and --group group).

Examples:
  osler train skin-lesion dataset=lesions --folds 5
  osler data suspects latest-group
  osler data suspects 3f2a9c --json`,
    )
    .action((ref: string, options: { out?: string; limit: number }) => run(ref, options, context));
}

async function run(
  ref: string,
  options: { out?: string; limit: number },
  { out, home, databaseUrl, signal }: Context,
): Promise<void> {
  const chosen = options.out === undefined ? undefined : await outputFolder(options.out, '--out');
  await using store = await openStore(home, databaseUrl);
  const judges = await findJudges(store, ref);
  const dataset = await datasetOfJudges(home, judges);
  const result = await findSuspects(home, judges, dataset, { onProgress: out.progress, signal });
  const paths = await writeSuspects(chosen ?? suspectsFolder(home, judges), result, dataset, signal);
  for (const line of lines(result, options.limit)) out.line(line);
  out.line(`\npage ${pc.cyan(relative(process.cwd(), paths.page))}`);
  out.json({ ...result, files: paths });
}

function lines(result: Suspects, limit: number): string[] {
  const { suspects, estimated, dataset } = result;
  const head = [
    `${pc.bold(`${dataset.name}@${dataset.version}`)}: ${suspects.length} labels are suspect; ${estimable(result) ? `about ${Math.round(estimated.errors)} (${(100 * estimated.share).toFixed(1)}%) are estimated to be wrong` : 'how many are wrong is not estimable'}`,
    judgedWords(result),
  ];
  for (const note of result.notes) head.push(`${pc.yellow('note')} ${note}`);
  if (suspects.length === 0) return head;
  const pairs = tableLines(takenFor(result).slice(0, 8), [
    { title: 'label', cell: ({ label }) => label },
    { title: 'taken for', cell: ({ suggested }) => suggested },
    { title: 'suspects', cell: ({ suspects: n }) => String(n), align: 'right' },
  ]);
  const surest = tableLines(suspects.slice(0, limit), [
    { title: 'the surest', cell: ({ id }) => id, max: 56 },
    { title: 'split', cell: ({ split }) => split },
    { title: 'label', cell: ({ label, probability }) => `${label} ${probability.toFixed(2)}` },
    {
      title: 'taken for',
      cell: ({ suggested, suggestedProbability }) => `${suggested} ${suggestedProbability.toFixed(2)}`,
    },
  ]);
  return [...head, '', ...pairs, '', ...surest];
}
