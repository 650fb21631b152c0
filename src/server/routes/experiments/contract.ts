/** What goes over HTTP about runs in a table, trainings that are begun and stopped, sweeps and saved views. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { Split } from '../../../data/sample.ts';
import { Pair } from '../../../evaluation/comparison/comparison.ts';
import { CLASS_DECISIONS } from '../../../evaluation/decisions/spec.ts';
import { RunRecord, RunStatus } from '../../../store/run.ts';
import { TrainingRecord } from '../../../store/studio/trainings.ts';
import { SavedView } from '../../../store/studio/views.ts';
import { SweepState, TrialState } from '../../../store/sweep.ts';
import { ErrorBody, Leaks } from '../../contract.ts';
import { Flag, Num, RunsQuery, Several } from '../../reading/contract.ts';

export const failures = { 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody };
const Time = z.iso.datetime();
const whole = (low: number, high: number, preset: number) => z.coerce.number().int().min(low).max(high).default(preset);

/** Of a table's columns beside those that every run has. */
const Column = z.string().regex(/^(metrics|params|tags)\../s, 'metrics.NAME, params.NAME or tags.NAME');

export const TableQuery = RunsQuery.omit({ cursor: true, limit: true }).extend({
  column: Several.pipe(z.array(Column).max(60))
    .optional()
    .describe('metrics.NAME, params.NAME, tags.NAME: what `cells` holds.'),
  offset: whole(0, 10_000_000, 0).describe('Lines before the first.'),
  limit: whole(0, 500, 100),
  count: Flag.default(false).describe('Say how many fit in all.'),
});

export const RunLine = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum([...RunStatus.options, 'scheduled']),
  experiment: z.int(),
  user: z.string(),
  startedAt: Time,
  endedAt: Time.nullable(),
  deleted: z.boolean(),
  origin: z.enum(['osler', 'other']),
  model: z.string().nullable(),
  dataset: z.string().nullable(),
  best: z.object({ epoch: z.int(), metric: z.string(), value: Num }).nullable(),
  seconds: z.number().nullable().describe('Of training; null for what another program logged and did not end.'),
  stamps: z.array(z.string()),
  leaks: Leaks.nullable(),
  group: RunRecord.shape.group.unwrap(),
  cells: z.record(z.string(), z.union([Num, z.string()])).describe('By column; of those it has.'),
});
export type RunLine = z.infer<typeof RunLine>;
export const TableOut = z.object({ runs: z.array(RunLine), total: z.int().nullable() });

export const KeysQuery = z.strictObject({ experiment: Several.optional() });
export const KeysOut = z.object({
  metrics: z.array(z.string()),
  params: z.array(z.string()).describe('Of the newest thousand runs, as tags are.'),
  tags: z.array(z.string()),
});

export const RunPatch = z
  .strictObject({
    name: z.string().trim().min(1).max(250).optional(),
    note: z.string().max(8_000).optional().describe('Free text; empty removes it.'),
    tags: z
      .record(z.string().min(1).max(250), z.string().max(8_000).nullable())
      .optional()
      .describe('Set; null removes one.'),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Nothing is to be changed: give name, note or tags.');
export const Changed = z.object({ run: z.string(), deleted: z.boolean() });

const Interval = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().nullable().describe('Why there is no value or no interval.'),
});
export const EvaluationOut = z.object({
  folder: z
    .string()
    .describe(
      "Below evaluation/ among the run's files: the split of its data set, or data-NAME of a folder of images, whose `split` may have any name.",
    ),
  sha256: z.string().describe('Of its file: measured again, it is another.'),
  split: z.string(),
  samples: z.int(),
  groups: z.int().describe('Patients or lesions: the units that are resampled.'),
  classes: z.array(z.string()),
  metrics: z
    .array(
      Interval.extend({
        name: z.string(),
        label: z.string().describe('What people call it, as the report does.'),
        group: z.string().describe('Under which heading the report has it.'),
        detail: z.boolean().describe('For who looks closer.'),
      }),
    )
    .describe('In the order of the report; what only repeats another with these classes is left out.'),
  perClass: z.record(z.string(), z.record(z.string(), Interval)),
  confusion: z.array(z.array(z.int())).describe('Row: truth; column: class decided for.'),
  operatingPoint: z.object({ positive: z.array(z.string()), threshold: z.number(), rule: z.string() }).nullable(),
  decided: z
    .string()
    .nullable()
    .describe('The rule for several classes, in words; null: the most probable one, of two the verdict.'),
  curves: z.object({
    roc: z.array(z.object({ name: z.string(), x: z.array(z.number()), y: z.array(z.number()) })),
    precisionRecall: z.array(z.object({ name: z.string(), x: z.array(z.number()), y: z.array(z.number()) })),
  }),
  notes: z.array(z.string()),
  report: z.string().nullable().describe('Path of the report among the files of the run.'),
});
export type EvaluationOut = z.infer<typeof EvaluationOut>;
export const Evaluations = z.object({ run: z.string(), evaluations: z.array(EvaluationOut) });

export const ErrorsBody = z.strictObject({
  runs: z.array(z.string()).min(1).max(20),
  split: z.string().max(50).default('test'),
  show: z
    .enum(['wrong', 'differ', 'all-wrong', 'all'])
    .default('differ')
    .describe('wrong: some run is; differ: some are, some are not; all-wrong: every run is.'),
  label: z.string().optional().describe('Only images of this class.'),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(200).default(48),
});
export const ErrorsOut = z.object({
  split: z.string(),
  dataset: z.object({ name: z.string(), version: z.int() }),
  classes: z.array(z.string()),
  runs: z.array(
    z.object({
      run: z.string(),
      name: z.string(),
      measured: z.boolean().describe('False: it was not evaluated on this split.'),
      samples: z.int(),
      wrong: z.int(),
    }),
  ),
  total: z.int(),
  samples: z.array(
    z.object({
      id: z.string(),
      number: z.int().nullable().describe('Of the data set version: /v1/datasets/NAME/versions/N/images/NUMBER.'),
      label: z.string(),
      answers: z
        .array(z.object({ predicted: z.string(), probability: z.number(), right: z.boolean() }).nullable())
        .describe('In the order of the runs; null where one did not see it.'),
    }),
  ),
});
export type ErrorsOut = z.infer<typeof ErrorsOut>;

export const TestsBody = z.strictObject({
  runs: z.array(z.string()).min(2).max(12),
  split: Split.default('test'),
});
const TestedFigure = z.object({
  name: z.string(),
  label: z.string(),
  first: z.number().nullable(),
  second: z.number().nullable(),
  difference: z.number().nullable().describe("The second's less the first's."),
  low: z.number().nullable(),
  high: z.number().nullable(),
  p: z.number().nullable().describe('Two-sided.'),
  adjusted: z
    .number()
    .nullable()
    .describe('Corrected for the pairs that were tested (Holm); of classes, for classes and pairs.'),
  method: z.string().nullable(),
  reason: z.string().nullable(),
});
export const TestsOut = z.object({
  on: z.string(),
  split: z.string(),
  samples: z.int(),
  groups: z.int(),
  positive: z.array(z.string()).nullable(),
  metric: z.object({ name: z.string(), label: z.string() }).describe('The one that decides.'),
  verdict: z.string(),
  runs: z.array(z.object({ run: z.string(), letter: z.string(), name: z.string() })),
  notMeasured: z.array(z.string()).describe('Runs that were not evaluated on this split.'),
  leftOut: z.int().describe('Images that not all runs answered.'),
  pairs: z.array(
    z.object({
      first: z.string().describe('Letters.'),
      second: z.string(),
      kind: Pair.shape.verdict.shape.kind,
      words: z.string(),
      power: z.string().nullable().describe('What so many samples can show.'),
      right: z.object({ both: z.int(), first: z.int(), second: z.int(), neither: z.int() }),
      figures: z.array(TestedFigure),
      classes: z.array(TestedFigure).describe('AUROC of each class against the rest.'),
    }),
  ),
  notes: z.array(z.string()),
});
export type TestsOut = z.infer<typeof TestsOut>;

export const EvaluateBody = z.strictObject({
  split: z.enum(['val', 'test']).default('test'),
  rule: z
    .string()
    .max(100)
    .optional()
    .describe('How the threshold is chosen on validation: `youden` (preset), `sensitivity=0.95`, `threshold=0.5`...'),
  positive: z
    .array(z.string().min(1).max(250))
    .max(1_000)
    .optional()
    .describe(
      "Classes that count as positive, their probabilities summed; empty: none, and of two classes the second. Preset: the recipe's.",
    ),
  decision: z
    .enum(CLASS_DECISIONS)
    .optional()
    .describe(
      "Which of more than two classes is decided for: the most probable one, or balanced by the classes' shares. Preset: the recipe's.",
    ),
});

const Settings = z.array(z.string().max(10_000)).max(200).describe('key=value, as on the command line.');
export const RecipesQuery = z.strictObject({
  dataset: z.string().min(1).max(200).optional().describe('Says which recipes fit it, and which makes sense.'),
});
export const Recipes = z.object({
  recipes: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      unfit: z.string().nullable().describe('Why it can not be trained on the dataset as it is.'),
    }),
  ),
  suggested: z
    .object({ recipe: z.string(), why: z.string() })
    .nullable()
    .describe('Null without a dataset, or where none fits.'),
  sweeps: z.array(z.object({ name: z.string(), about: z.string() })),
});
export const WishBody = z.strictObject({ recipe: z.string().min(1).max(200), settings: Settings.default([]) });
export const Resolved = z.object({
  settings: z.array(
    z.object({
      key: z.string(),
      value: z.json(),
      origin: z.string().describe('File and line, `command line` for a setting that was given, or `default`.'),
    }),
  ),
  weights: z.string().describe('Where the weights come from before the first step, in words.'),
});
const Reason = z.string().trim().min(1).max(2_000);
export const BeginBody = WishBody.extend({
  repeat: z
    .strictObject({ kind: z.enum(['seeds', 'folds']), of: z.int().min(2).max(100) })
    .optional()
    .describe('Train it several times: seed after seed, or fold after fold of train and val.'),
  acceptLeaks: Reason.optional().describe('Train on a version whose split leaks, for this reason; the run is stamped.'),
});

export const TrainingOut = TrainingRecord.omit({ task: true, worker: true }).extend({
  recipe: z.string().nullable(),
  sweep: z.string().nullable(),
  group: z.string().nullable().describe('Of several trainings of one recipe.'),
  split: z.string().nullable().describe('Of an evaluation: what is measured on.'),
  dataset: z.string().nullable().describe('Of a search for label suspects: NAME@VERSION.'),
});
export type TrainingOut = z.infer<typeof TrainingOut>;
export const TrainingDetail = TrainingOut.extend({ log: z.array(z.string()).describe('The last lines that it said.') });
export const TrainingsQuery = z.strictObject({
  open: Flag.default(false).describe('Only those that have not ended.'),
  run: z.string().max(32).optional().describe('Of a run, by its whole id.'),
  limit: whole(1, 500, 50),
});
export const Trainings = z.object({ trainings: z.array(TrainingOut) });
export const Asked = z.object({ stopping: z.literal(true) });

export const GroupOut = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['seeds', 'folds']),
  createdAt: Time,
  dataset: z.string(),
  classes: z.int().nullable().describe('Null where none of its runs is there.'),
  decision: z.enum(CLASS_DECISIONS).describe('Which of several classes is decided for, as the recipe has it.'),
  members: z.array(
    z.object({ name: z.string().describe('`seed 3`, `fold 0`.'), run: z.string().nullable(), done: z.boolean() }),
  ),
  chosen: z
    .object({ run: z.string(), metric: z.string(), value: z.number() })
    .nullable()
    .describe('The one to go on with, by validation alone; null until all are done, and for folds.'),
  measured: z
    .array(
      z.object({
        split: z.string(),
        samples: z.int(),
        metrics: z.array(
          z.object({
            name: z.string(),
            label: z.string(),
            mean: z.number().nullable(),
            sd: z.number().nullable().describe('Over the trainings.'),
            low: z.number().nullable().describe('95% interval of the mean.'),
            high: z.number().nullable(),
            reason: z.string().nullable(),
          }),
        ),
        notes: z.array(z.string()),
      }),
    )
    .describe('Mean, spread and interval of the mean over the runs.'),
  work: TrainingOut.nullable().describe('The process that trains it, while it is at it.'),
});
export type GroupOut = z.infer<typeof GroupOut>;

const Best = z.object({ trial: z.int(), value: z.number(), params: z.json(), run: z.string().nullable() });
export const SweepSummary = z.object({
  id: z.string(),
  name: z.string(),
  state: SweepState,
  createdAt: Time,
  asked: z.int().describe('Trials that were asked for.'),
  method: z.string(),
  pruning: z.string(),
  model: z.string(),
  dataset: z.string(),
  metric: z.string(),
  direction: z.enum(['min', 'max']),
  counts: z.partialRecord(TrialState, z.int()),
  best: Best.nullable(),
});
export const Sweeps = z.object({ sweeps: z.array(SweepSummary) });
export const Importance = z.object({ names: z.array(z.string()), share: z.number(), sd: z.number() });
export const SweepDetail = SweepSummary.extend({
  space: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['choice', 'range']),
      log: z.boolean(),
      values: z.array(z.string()).describe('Of a choice; empty for a range.'),
    }),
  ),
  trials: z.array(
    z.object({
      number: z.int(),
      state: TrialState,
      params: z.record(z.string(), z.json()).nullable(),
      value: z.number().nullable(),
      epochs: z.array(z.number().nullable()),
      failures: z.int(),
      error: z.string().nullable(),
      run: z.string().nullable(),
      startedAt: Time,
      endedAt: Time.nullable(),
    }),
  ),
  importance: z
    .object({ single: z.array(Importance), pairs: z.array(Importance) })
    .nullable()
    .describe('Functional ANOVA; null with fewer than ten finished trials.'),
  work: TrainingOut.nullable().describe('The process that the page began for it, while it is at it.'),
});
export const SweepBody = z.strictObject({
  sweep: z.string().min(1).max(200).describe('One of the sweeps of GET /v1/recipes.'),
  settings: Settings.default([]),
  name: z.string().trim().min(1).max(200).optional(),
  trials: z.int().positive().max(1_000_000).optional(),
  workers: z.int().min(1).max(64).default(1).describe('Trainings at a time.'),
  acceptLeaks: Reason.optional(),
});
const Setting = Resolved.shape.settings.element;
export const SweepPreviewOut = z.object({
  name: z.string(),
  method: z.string(),
  pruning: z.string(),
  metric: z.string(),
  direction: z.enum(['min', 'max']),
  trials: z.int(),
  most: z.int().nullable().describe('Of a grid: all its combinations.'),
  retries: z.int(),
  space: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['choice', 'range']),
      log: z.boolean(),
      values: z.array(z.string()).describe('Of a choice; empty for a range.'),
      low: z.number().nullable(),
      high: z.number().nullable(),
      int: z.boolean(),
      when: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).describe('Only where these are so.'),
    }),
  ),
  dataset: z.string(),
  leaky: z.boolean().describe('Its split leaks: it has to be taken on with a reason.'),
  settings: z.array(Setting).describe('The recipe under the settings that are searched.'),
  weights: z.string(),
  estimate: z
    .object({ trial: z.number(), all: z.number(), runs: z.int().describe('Runs like it that say so.') })
    .nullable()
    .describe('Seconds, were every trial trained to its end; null where nothing like it was trained here.'),
});
export type SweepPreviewOut = z.infer<typeof SweepPreviewOut>;
export const SweepResume = z.strictObject({
  workers: z.int().min(1).max(64).default(1),
  trials: z.int().positive().max(1_000_000).optional().describe('In all.'),
});
export const SweepStop = z.strictObject({
  now: z.boolean().default(false).describe('Also stop what the page began for it at its next step; it can go on.'),
});
export const SweepBegun = z.object({ sweep: z.string(), training: TrainingOut });

export const View = SavedView;
export const Views = z.object({ views: z.array(View) });
export const ViewBody = z.strictObject({ content: SavedView.shape.content });
