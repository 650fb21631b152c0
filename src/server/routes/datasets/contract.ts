/** What goes over HTTP about data sets. Names of files and patients stand in bodies alone, never in an address. */
import { z } from 'zod';
import { Finding } from '../../../audit/audit.ts';
import { Cell, SampleSize, SmallCell } from '../../../audit/balance-result.ts';
import { ShortcutResult } from '../../../audit/shortcut/result.ts';
import { DatasetRecord, SampleMeta, Split } from '../../../data/sample.ts';
import { CHANGES } from '../../../pipeline/datasets/difference.ts';
import { SAMPLE_ORDERS } from '../../../pipeline/datasets/find-samples.ts';
import { PICTURE_SIDES } from '../../../pipeline/datasets/pictures.ts';
import { LeakCounts } from '../../../store/leak-stamp.ts';
import { Leaks } from '../../contract.ts';

const Count = z.int().min(0);
const Moment = z.iso.datetime();
const Levels = z.object({ problem: Count, warning: Count, note: Count });

export const NameParams = z.object({ name: z.string().min(1).max(100) });
export const VersionParams = NameParams.extend({ version: z.coerce.number().int().positive() });
export const ImageParams = VersionParams.extend({
  number: z.coerce.number().int().positive().describe("Place in the version's list of images, from 1."),
});
const sides = PICTURE_SIDES.map(String) as [string, ...string[]];
export const ImageQuery = z.strictObject({
  side: z.enum(sides).default('320').describe('Of the longer side, in pixels, at most.'),
});

export const DatasetSummary = z.object({
  name: z.string(),
  version: z.int().describe('The newest.'),
  versions: Count.describe('How many there are.'),
  createdAt: Moment,
  samples: Count,
  leftOut: Count.describe('Images in no split.'),
  classes: z.array(z.object({ name: z.string(), samples: Count })),
  splits: z.object({ train: Count, val: Count, test: Count }),
  stamps: z.array(z.string()),
  leaks: Leaks.nullable(),
  accepted: z.boolean().describe('Somebody took the leaks on themselves.'),
  findings: Levels.nullable().describe('Of the audit; null where none was made.'),
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;

export const DatasetList = z.object({
  datasets: z.array(DatasetSummary),
  damaged: z.array(z.string()).describe('Names of those that cannot be read: `osler data show NAME` says why.'),
});
export type DatasetList = z.infer<typeof DatasetList>;

export const VersionSummary = z.object({
  version: z.int(),
  createdAt: Moment,
  digest: z.string(),
  parent: DatasetRecord.shape.parent,
  samples: Count,
  leftOut: Count,
  splits: z.object({ train: Count, val: Count, test: Count }),
  rule: z.string().describe('How its split came about, in words.'),
  stamps: z.array(z.string()),
  leaks: Leaks.nullable(),
  amended: Count.describe('Images that people decided about.'),
});
export type VersionSummary = z.infer<typeof VersionSummary>;

export const Acceptance = z.object({ reason: z.string(), by: z.string(), at: z.string() });

export const DatasetVersion = z.object({
  ...DatasetRecord.omit({ unreadable: true, leftOut: true }).shape,
  images: Count.describe('All of them, those in no split too.'),
  rule: z.string(),
  accepted: Acceptance.nullable(),
  unreadable: Count,
  columns: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  sizes: z.object({
    width: z.object({ min: z.int(), median: z.number(), max: z.int() }),
    height: z.object({ min: z.int(), median: z.number(), max: z.int() }),
  }),
  notTaken: z
    .array(z.object({ reason: z.string(), count: Count }))
    .describe('Files of the source that are no image here.'),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

export const SampleInfo = z.object({
  number: z.int().positive(),
  id: z.string().describe('Its path in the source: patient data, perhaps.'),
  label: z.string(),
  split: Split,
  excluded: z.string().nullable(),
  group: z.string().nullable(),
  cluster: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  meta: SampleMeta,
});
export type SampleInfo = z.infer<typeof SampleInfo>;

const most = (n: number) => z.string().min(1).max(n);
export const SamplesBody = z.strictObject({
  splits: z.array(Split).min(1).optional(),
  labels: z.array(most(500)).min(1).max(1_000).optional(),
  state: z.enum(['used', 'leftOut']).optional(),
  reason: most(100).optional().describe('Why they are left out.'),
  column: z.object({ name: most(200), value: most(500) }).optional(),
  group: most(500).optional(),
  cluster: most(500).optional(),
  text: z.string().max(500).optional().describe("Somewhere in the file's or the group's name."),
  order: z.enum(SAMPLE_ORDERS).optional(),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
});
export const SamplesPage = z.object({ total: Count, offset: Count, samples: z.array(SampleInfo) });
export type SamplesPage = z.infer<typeof SamplesPage>;

export const AuditInfo = z.object({
  createdAt: z.string(),
  seconds: z.number(),
  findings: z.array(Finding.extend({ sets: Count.describe('Sets of images to be looked at side by side.') })),
  leaks: LeakCounts,
  accepted: Acceptance.nullable(),
  conflictingLabels: z.array(z.object({ labels: z.array(z.string()), pictures: Count })),
  classSizes: z.record(z.string(), z.object({ images: Count, used: Count })),
  moved: z.array(z.object({ from: z.string(), to: z.string(), images: Count })),
  unreadable: z.array(z.object({ id: z.string(), reason: z.string() })),
  shortcut: ShortcutResult.omit({ examples: true, unreadable: true }).nullable(),
});
export type AuditInfo = z.infer<typeof AuditInfo>;

export const AuditAnswer = z.object({ audit: AuditInfo.nullable().describe('Null where none was made yet.') });

export const SetsQuery = z.strictObject({
  check: z.enum(['leaks', 'labelConflicts', 'exactDuplicates', 'nearDuplicates', 'groups', 'shortcut']),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});
export const SetsPage = z.object({
  total: Count,
  offset: Count,
  sets: z.array(
    z.object({
      title: z.string(),
      members: z.array(SampleInfo.extend({ remark: z.string().nullable() })),
      more: Count.describe('Members that are not listed.'),
    }),
  ),
});
export type SetsPage = z.infer<typeof SetsPage>;

export const SuspectsQuery = z.strictObject({
  by: most(250).optional().describe('A run or a group of runs; absent: what judged last.'),
  label: most(500).optional(),
  suggested: most(500).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(24),
});
export type SuspectsQuery = z.infer<typeof SuspectsQuery>;
export const SuspectsBody = z.strictObject({
  by: most(250).describe('A run or a group of runs, trained on the version.'),
});
const JudgeKind = z.enum(['run', 'seeds', 'folds']);
const Share = z.number().min(0).max(1);
export const SuspectsAnswer = z.object({
  judges: z
    .array(
      z.object({
        kind: JudgeKind,
        id: z.string(),
        name: z.string(),
        trainedAt: z.string(),
        judgedAt: z.string().nullable().describe('Null where it has not judged yet.'),
      }),
    )
    .describe('What was trained on the version and may judge its labels, the best first.'),
  found: z
    .object({
      by: z.object({ kind: JudgeKind, id: z.string(), name: z.string() }),
      createdAt: z.string(),
      judged: z.record(z.string(), Count).describe('Images by split.'),
      notJudged: Count.describe('Images that the networks learned from.'),
      estimated: z
        .object({ errors: z.number(), share: Share })
        .nullable()
        .describe('Labels that are wrong; null where that can not be told.'),
      notes: z.array(z.string()),
      all: Count,
      pairs: z.array(z.object({ label: z.string(), suggested: z.string(), suspects: Count })),
      total: Count.describe('Those that fit what was asked for.'),
      offset: Count,
      suspects: z.array(
        SampleInfo.extend({
          suggested: z.string().describe('What the networks take it for.'),
          probability: Share.describe('Of its label.'),
          suggestedProbability: Share,
          margin: z.number().describe('Of the label less the most probable other; -1 is the surest suspect.'),
        }),
      ),
    })
    .nullable()
    .describe('Null where nothing was judged yet.'),
});
export type SuspectsAnswer = z.infer<typeof SuspectsAnswer>;

export const BalanceInfo = z.object({
  classes: z.array(z.string()),
  cells: z.array(Cell),
  columns: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  left: z.array(z.object({ name: z.string(), reason: z.string() })),
  smallest: z.array(SmallCell),
  sampleSizes: z.array(SampleSize),
  width: z.number(),
  expected: z.number(),
  imbalance: z.number().nullable(),
  summary: z.array(z.string()),
});
export type BalanceInfo = z.infer<typeof BalanceInfo>;

export const DifferenceQuery = z.strictObject({
  from: z.coerce.number().int().positive().describe('The version to compare with.'),
  kind: z.enum(CHANGES).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const DifferencePage = z.object({
  counts: z.record(z.string(), Count).describe('Images by kind of change; one may count in several.'),
  total: Count,
  offset: Count,
  changes: z.array(
    z.object({ kinds: z.array(z.enum(CHANGES)), before: SampleInfo.nullable(), after: SampleInfo.nullable() }),
  ),
});
export type DifferencePage = z.infer<typeof DifferencePage>;

const Reason = z.string().trim().min(1).max(2_000);
export const AuditBody = z.strictObject({ shortcut: z.boolean().default(false) });
export const AcceptBody = z.strictObject({ reason: Reason });
export const SplitBody = z.strictObject({
  fractions: z
    .object({ train: z.number().min(0), val: z.number().min(0), test: z.number().min(0) })
    .refine(({ train, val, test }) => Math.abs(train + val + test - 1) < 1e-6, 'must sum to 1')
    .optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  fold: z.object({ folds: z.int().min(2).max(100), fold: z.int().min(0).max(99) }).optional(),
});
export const AmendBody = z.strictObject({
  reason: Reason,
  decisions: z
    .array(
      z.strictObject({
        number: z.int().positive(),
        label: most(500).optional().describe('The class it is; absent: as it stands.'),
        out: z.boolean().describe('In no split.'),
      }),
    )
    .min(1)
    .max(10_000),
});
