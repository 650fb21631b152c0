import type { Command } from 'commander';
import { LEFT_OUT_BY_PERSON } from '../data/amendments.ts';
import { findRecord, listDatasets, openDataset, versionsOf } from '../data/dataset.ts';
import { LABEL_CONFLICT } from '../data/duplicates/conflicts.ts';
import type { Dataset, DatasetRecord, Split } from '../data/sample.ts';
import { LEAK } from '../data/split/mend.ts';
import { ruleText } from '../pipeline/datasets/words.ts';
import { acceptedWords, stampWords } from '../store/leak-stamp.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { tableLines } from './table.ts';

const SPLITS: readonly Split[] = ['train', 'val', 'test'];
const EXCLUDED: Record<string, string> = {
  [LABEL_CONFLICT]: 'the same picture stands under another label',
  [LEAK]: 'something they belong with is in val or test',
  [LEFT_OUT_BY_PERSON]: 'somebody decided so',
};

export function register(data: Command, { out, home }: Context): void {
  data
    .command('list')
    .description('list the datasets')
    .addHelpText('after', '\nExamples:\n  osler data list\n  osler data list --json')
    .action(async () => {
      const records = await listDatasets(home);
      out.json(records.map(({ unreadable, leftOut: _, ...record }) => ({ ...record, unreadable: unreadable.length })));
      if (records.length === 0) out.line('There is no dataset yet: osler data import FOLDER --name NAME makes one.');
      else
        for (const line of table(
          ['dataset', 'images', 'classes', 'train', 'val', 'test', 'made', 'stamps'],
          records.map(row),
        ))
          out.line(line);
    });

  data
    .command('show')
    .description('show a dataset: classes by split, groups, sizes, what was left out')
    .argument('<dataset>', 'NAME, or NAME@VERSION')
    .addHelpText('after', '\nExamples:\n  osler data show lesions\n  osler data show lesions@1 --json')
    .action(async (ref: string) => {
      const dataset = await openDataset(home, ref);
      const { record, accepted } = dataset;
      const sizes = sizesOf(dataset);
      const history = await historyOf(home, record.name);
      out.json({
        ...record,
        accepted,
        sizes,
        versions: history.map(({ version, parent, split }) => ({ version, parent, split })),
      });
      out.line(
        `${pc.bold(`${record.name}@${record.version}`)}  ${record.samples} images, digest ${record.digest.slice(0, 12)}`,
      );
      out.line(`made ${record.createdAt} from ${record.source.format}; ${ruleText(record)}`);
      out.line();
      for (const line of splitTable(record)) out.line(line);
      out.line();
      out.line(
        `groups ${record.groups || 'none named'}; exact copies ${record.duplicates}; near copies ${record.nearDuplicates}`,
      );
      for (const [reason, count] of Object.entries(record.excluded)) {
        out.line(`left out of all splits ${count}: ${EXCLUDED[reason] ?? reason}`);
      }
      out.line(`stamps ${stampWords(record.stamps, record.leaks).join(', ') || 'none'}`);
      if (accepted !== null) out.line(acceptedWords({ accepted })!);
      out.line(`width ${range(sizes.width)}, height ${range(sizes.height)} pixels`);
      for (const { reason, count, examples } of record.leftOut)
        out.line(`left out ${count}, ${reason}: ${examples.slice(0, 3).join(', ')}`);
      for (const { id, reason } of record.unreadable) out.line(`unreadable ${id}: ${reason}`);
      if (history.length > 1) {
        out.line();
        for (const { version, parent, split } of history) {
          const changes =
            parent === null ? 'first' : `+${parent.added} -${parent.removed} ~${parent.changed} to ${parent.version}`;
          out.line(`version ${version}  ${changes}  ${split.kind}`);
        }
      }
    });
}

/** Class by split, with sums. */
export function splitTable(record: DatasetRecord): string[] {
  const count = (split: Split, label: string) => record.splits[split]?.[label] ?? 0;
  const rows = record.classes.map((label) => {
    const counts = SPLITS.map((split) => count(split, label));
    return [label, ...counts, counts.reduce((a, b) => a + b, 0)].map(String);
  });
  const sums = SPLITS.map((split) => record.classes.reduce((sum, label) => sum + count(split, label), 0));
  return table(
    ['class', 'train', 'val', 'test', 'all'],
    [...rows, ['all', ...sums.map(String), String(record.samples)]],
  );
}

function row(record: DatasetRecord): string[] {
  const sum = (split: Split) => Object.values(record.splits[split] ?? {}).reduce((a, b) => a + b, 0);
  const sums = SPLITS.map((split) => String(sum(split)));
  const counts = [String(record.samples), String(record.classes.length), ...sums];
  return [
    `${record.name}@${record.version}`,
    ...counts,
    record.createdAt.slice(0, 16).replace('T', ' '),
    record.stamps.join(', '),
  ];
}

function table(head: string[], rows: string[][]): string[] {
  return tableLines(
    rows,
    head.map((title, i) => ({
      title,
      cell: (row: string[]) => row[i]!,
      align: i === 0 ? ('left' as const) : ('right' as const),
    })),
  );
}

function sizesOf(dataset: Dataset) {
  const side = (name: 'width' | 'height') => {
    const values = Float64Array.from(dataset.samples(), (sample) => sample[name]).sort();
    return { min: values[0]!, median: values[Math.floor(values.length / 2)]!, max: values.at(-1)! };
  };
  return { width: side('width'), height: side('height') };
}

function range({ min, median, max }: { min: number; median: number; max: number }): string {
  return min === max ? String(min) : `${min} to ${max} (median ${median})`;
}

async function historyOf(home: string, name: string): Promise<DatasetRecord[]> {
  return Promise.all((await versionsOf(home, name)).map((version) => findRecord(home, `${name}@${version}`)));
}
