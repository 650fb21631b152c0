import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { FORMATS, type Format } from '../data/adapters/detect.ts';
import { type ImportOptions, importDataset } from '../data/import.ts';
import { resplitDataset } from '../data/resplit.ts';
import type { Fractions } from '../data/split/split.ts';
import { OslerError } from '../errors.ts';
import { acceptance } from './acceptance.ts';
import type { Context } from './context.ts';
import { reportVersion } from './data-report.ts';
import { wholeNumber } from './options.ts';

const EXAMPLES = `
Examples:
  osler data import images --name lesions                       one folder a class, or train/ and test/ above them
  osler data import images --name lesions --metadata HAM10000_metadata.csv --id image_id --group lesion_id
  osler data import HAM10000 --name ham                         the published layouts are recognised
  osler data import pneumoniamnist.npz --name pneumonia
  osler data import xrays --name cxr --group-pattern '^(\\d{8})_'  the patient stands in the file's name

The split is the source's where it gives one (what it lacks, such as val, is cut out of its train), else made: stratified by class,
whole groups, copies and near copies together. Importing again makes a new version in which samples keep their split.
Every import is audited; training refuses a split that leaks until it is mended (--fix), made anew (--resplit) or accepted.`;

const SEED = wholeNumber(0, 2 ** 31 - 1);

interface Flags {
  name: string;
  format?: Format;
  metadata?: string;
  id?: string;
  label?: string;
  group?: string;
  groupPattern?: string;
  split?: string;
  seed?: number;
  resplit?: boolean;
  inPlace?: boolean;
  link?: boolean;
  keepConflicts?: boolean;
  nearDuplicates: boolean;
  fix?: boolean;
  acceptLeaks?: string;
  folds?: number;
  fold?: number;
}

export function register(data: Command, context: Context): void {
  const { out, home, signal } = context;
  data
    .command('import')
    .description('import images as a new version of a dataset')
    .argument('<source>', 'a folder of images, a CSV beside its images, or an .npz')
    .requiredOption('--name <name>', "the dataset's name")
    .addOption(new Option('--format <format>', 'what the source is (found by itself)').choices(FORMATS))
    .option('--metadata <file>', 'a CSV with more about the images')
    .option('--id <column>', 'its column that names the images')
    .option('--label <column>', 'its column with the labels')
    .option('--group <column>', 'its column with the patient or lesion, which never crosses a split')
    .option('--group-pattern <regex>', "takes the group from the file's name: the first bracket")
    .option('--split <train/val/test>', 'shares, such as 70/15/15, of what the source does not split')
    .option('--seed <number>', 'of the split (0)', SEED)
    .option('--resplit', "set the source's own split aside")
    .option('--keep-conflicts', 'use images that stand under more than one label, instead of leaving them out')
    .option('--no-near-duplicates', 'look for exact copies only')
    .option('--fix', "mend the source's split where it leaks, moving no more than it takes")
    .option('--accept-leaks <reason>', 'train on a split that leaks all the same; who and why is recorded')
    .option('--in-place', 'keep references to the files instead of copies')
    .option(
      '--link',
      'hard links instead of copies: no space, but editing a source file in place then alters the dataset',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, flags: Flags) => {
      // A variable of the shell that is not set would mean the folder that one stands in.
      if (source.trim() === '')
        throw new OslerError('USAGE', 'The source is empty: a folder, a CSV or an .npz is meant.');
      const result = await importDataset(source, readFlags(flags), { home, signal, onProgress: out.progress });
      await reportVersion(result, context);
    });

  data
    .command('split')
    .description('split a dataset anew, or into folds, as its next version')
    .argument('<dataset>', 'NAME, or NAME@VERSION')
    .option('--split <train/val/test>', 'shares, such as 70/15/15')
    .option('--seed <number>', 'another number makes another split', SEED)
    .option('--folds <k>', 'k folds of train and val; test stays as it is', wholeNumber(2, 100))
    .option('--fold <i>', 'which fold is val, from 0', wholeNumber(0, 99))
    .addHelpText(
      'after',
      '\nExamples:\n  osler data split lesions --split 60/20/20 --seed 7\n  osler data split lesions --folds 5 --fold 0',
    )
    .action(async (dataset: string, flags: Flags) => {
      const { fractions, seed } = readShares(flags);
      if ((flags.folds === undefined) !== (flags.fold === undefined)) {
        throw new OslerError('USAGE', '--folds and --fold belong together.', { hint: '--folds 5 --fold 0' });
      }
      const fold = flags.folds === undefined ? {} : { fold: { folds: flags.folds, fold: flags.fold! } };
      const options = { ...(fractions ? { fractions } : {}), ...(seed === undefined ? {} : { seed }), ...fold };
      const { record, ...rest } = await resplitDataset(dataset, options, { home, signal });
      await reportVersion({ ...record, ...rest, notes: [] }, context);
    });
}

function readFlags(flags: Flags): ImportOptions {
  const { split: _, seed: __, groupPattern, folds: ___, fold: ____, nearDuplicates, acceptLeaks, ...rest } = flags;
  if (flags.fix && (flags.resplit || acceptLeaks !== undefined)) {
    throw new OslerError('USAGE', `--fix and ${flags.resplit ? '--resplit' : '--accept-leaks'} exclude each other.`, {
      hint: "--fix mends the source's split, --resplit sets it aside, --accept-leaks uses it as it is.",
    });
  }
  const { fractions, seed } = readShares(flags);
  return {
    ...rest,
    ...(rest.metadata === undefined ? {} : { metadata: resolve(rest.metadata) }),
    ...(groupPattern === undefined ? {} : { groupPattern: readPattern(groupPattern) }),
    ...(fractions === undefined ? {} : { fractions }),
    ...(seed === undefined ? {} : { seed }),
    ...(nearDuplicates ? {} : { noNear: true }),
    ...(acceptLeaks === undefined ? {} : { acceptLeaks: acceptance(acceptLeaks) }),
  };
}

function readShares(flags: Flags): { fractions?: Fractions; seed?: number } {
  return {
    ...(flags.split === undefined ? {} : { fractions: readFractions(flags.split) }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  };
}

/** `70/15/15` or `0.7/0.15/0.15`. Throws USAGE unless these are three shares that sum to 100 or 1. */
export function readFractions(text: string): Fractions {
  const shares = text.split(/[/,:]/).map(Number);
  const sum = shares.reduce((a, b) => a + b, 0);
  const [train = 0, val = 0, test = 0] = shares;
  if (
    shares.length !== 3 ||
    shares.some((n) => !(n >= 0)) ||
    !(Math.abs(sum - 100) < 1e-6 || Math.abs(sum - 1) < 1e-6)
  ) {
    throw new OslerError('USAGE', `"${text}" is not a split.`, {
      hint: 'Give the shares of train, val and test, as in --split 70/15/15.',
    });
  }
  return { train: train / sum, val: val / sum, test: test / sum };
}

function readPattern(text: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, 'u');
  } catch (cause) {
    throw new OslerError('USAGE', `--group-pattern "${text}" is no regular expression: ${(cause as Error).message}.`, {
      cause,
    });
  }
  if (!/\((?!\?)|\(\?</.test(text)) {
    throw new OslerError('USAGE', `--group-pattern "${text}" has no bracket around the group.`, {
      hint: "For instance '^(\\d{8})_'.",
    });
  }
  return pattern;
}
