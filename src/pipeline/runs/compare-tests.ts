import type { Split } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import type { Answers } from '../../evaluation/comparison/answers.ts';
import type { Side } from '../../evaluation/comparison/compare.ts';
import type { Comparison } from '../../evaluation/comparison/comparison.ts';
import { viewsNotes } from '../../evaluation/comparison/views-notes.ts';
import type { EvaluationFile } from '../../evaluation/evaluation.ts';
import { Measuring } from '../../evaluation/measuring.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { leakNotes, pointNotes, splitNotes } from '../evaluated/side.ts';
import { evaluationOf } from './evaluations.ts';
import { commonDataset, type KeptAnswers, keptAnswers } from './kept-answers.ts';

/** As `osler compare` has it: the same samples give the same figures on the page and in the terminal. */
const RESAMPLES = 10_000;
const NOT_RANKED =
  "AUROC can't be measured here, as where all images are of one class or on one side of the question: right answers decide instead.";
/** Up to so many runs every pair is tested; of more, the first against each other. */
const MOST_FOR_ALL_PAIRS = 4;

export interface TestedRuns {
  comparison: Comparison;
  /** In the order of the comparison's models. */
  runs: string[];
  /** Were not evaluated on the split. */
  notMeasured: string[];
}

interface Measured {
  record: RunRecord;
  file: EvaluationFile;
  kept: KeptAnswers;
}

/**
 * Whether evaluated runs differ by more than chance: the tests of `osler compare`, on the answers that `osler evaluate` kept, so that
 * no network is asked again. Where AUROC can't be measured, right answers decide. Aborting throws the signal's reason. Throws USAGE where fewer than two were evaluated on the split, where they saw different images, or where
 * they were measured with other positive classes.
 */
export async function compareTests(
  store: Store,
  runs: readonly string[],
  split: Split,
  signal?: AbortSignal,
): Promise<TestedRuns> {
  const records = await store.tracked.records(runs);
  const { name, version } = commonDataset(runs.map((run) => records.get(run)?.dataset));
  const measured: Measured[] = [];
  for (const run of runs) {
    const file = (await evaluationOf(store, run, split))?.file;
    const kept = file === undefined ? null : await keptAnswers(store, run, split);
    if (file !== undefined && kept !== null) measured.push({ record: records.get(run)!, file, kept });
  }
  if (measured.length < 2)
    throw new OslerError(
      'USAGE',
      `Fewer than two of these runs were evaluated on ${split}: there is nothing to test.`,
      {
        hint: `Measure them on ${split}: on each run's page under Evaluation.`,
      },
    );
  checkAlike(measured);
  const common = commonIds(measured, split);
  const classes = measured[0]!.file.class_names;
  const sides = measured.map((one) => sideOf(one, nameOf(one, measured), classes, common));
  const ranked = canRank(sides);
  const lacking = Math.max(...measured.map(({ kept }) => kept.rows.length)) - common.length;
  await using measuring = new Measuring(signal);
  const comparison = await measuring.compare(
    sides,
    {
      on: `${split} of ${name}@${version}`,
      split,
      leftOut: lacking > 0 ? [{ reason: 'not answered by all', count: lacking, examples: [] }] : [],
      createdAt: new Date().toISOString(),
      notes: [
        ...splitNotes({ split }),
        ...leakNotes(sides, {}),
        ...pointNotes(sides),
        ...viewsNotes(sides),
        ...(ranked ? [] : [NOT_RANKED]),
      ],
    },
    {
      pairs: sides.length <= MOST_FOR_ALL_PAIRS ? 'all' : 'first',
      resamples: RESAMPLES,
      seed: 0,
      ...(ranked ? {} : { metric: 'accuracy' as const }),
    },
  );
  const seen = new Set(measured.map(({ record }) => record.id));
  return {
    comparison,
    runs: measured.map(({ record }) => record.id),
    notMeasured: runs.filter((run) => !seen.has(run)),
  };
}

/** Whether AUROC, which decides unless another metric is named, can be measured: of positive classes, or the mean over classes. */
function canRank(sides: readonly Side[]): boolean {
  const { predictions, evaluation } = sides[0]!;
  const { positive } = evaluation;
  const asked = positive?.map((name) => predictions.classes.indexOf(name));
  const truths = new Set([...predictions.labels].map((label) => asked?.includes(label) ?? label));
  const name = positive === null ? 'macroAuroc' : 'auroc';
  return truths.size > 1 && sides.every(({ evaluation: { metrics } }) => metrics[name].value !== null);
}

/** Throws USAGE where they tell other classes apart, or count other ones as positive. */
function checkAlike(measured: readonly Measured[]): void {
  const say = ({ file }: Measured): string => [...(file.positive ?? [])].sort().join(', ') || 'none';
  const [first, ...others] = measured as [Measured, ...Measured[]];
  const classes = ({ file }: Measured): string => [...file.class_names].sort().join(', ');
  const strange = others.find((one) => classes(one) !== classes(first));
  if (strange !== undefined)
    throw new OslerError('USAGE', `${first.record.name} and ${strange.record.name} tell other classes apart.`, {
      hint: 'Compare runs that were trained on the same classes.',
    });
  const other = others.find((one) => say(one) !== say(first));
  if (other === undefined) return;
  throw new OslerError(
    'USAGE',
    `These runs were measured with other positive classes: ${first.record.name} with ${say(first)}, ${other.record.name} with ${say(other)}.`,
    { hint: "Measure them alike: on each run's page under Evaluation." },
  );
}

/** What all answered, in the order of the first. Throws USAGE where there is none. */
function commonIds(measured: readonly Measured[], split: string): string[] {
  const [first, ...others] = measured.map(({ kept }) => new Set(kept.rows.map(({ id }) => id))) as [
    Set<string>,
    ...Set<string>[],
  ];
  const ids = [...first].filter((id) => others.every((one) => one.has(id)));
  if (ids.length > 0) return ids;
  throw new OslerError('USAGE', `These runs have no image of ${split} in common.`, {
    hint: 'Folds of one dataset test each its own part: compare runs of one fold.',
  });
}

/** Runs of one name are told apart by their ids. */
function nameOf({ record }: Measured, all: readonly Measured[]): string {
  const namesakes = all.filter((one) => one.record.name === record.name);
  return namesakes.length > 1 ? `${record.name} ${record.id.slice(0, 6)}` : record.name;
}

function sideOf({ file, kept }: Measured, name: string, classes: string[], ids: readonly string[]): Side {
  const { operatingPoint: point } = file;
  const byId = new Map(kept.rows.map((row) => [row.id, row]));
  const own = ids.map((id) => byId.get(id)!);
  const place = new Map(classes.map((label, k) => [label, k]));
  const columns = classes.map((label) => kept.classes.indexOf(label));
  const answers: Answers = {
    probabilities: Float64Array.from(own.flatMap((row) => columns.map((k) => row.probabilities[k]!))),
    decided: Int32Array.from(own, ({ predicted }) => place.get(predicted)!),
    rule: file.classRule?.applied ?? null,
    question: point && {
      members: point.positive.map((label) => place.get(label)!),
      threshold: point.threshold,
      scores: Float64Array.from(own, ({ question }) => question!.score),
      verdicts: Uint8Array.from(own, ({ question }) => (question!.positive ? 1 : 0)),
    },
  };
  const predictions: Side['predictions'] = {
    classes,
    ids: [...ids],
    labels: Int32Array.from(own, ({ label }) => place.get(label)!),
    logits: new Float32Array(),
    groups: own.map(({ group }) => group),
  };
  return { subject: { ...file.subject, name }, predictions, evaluation: file, answers };
}
