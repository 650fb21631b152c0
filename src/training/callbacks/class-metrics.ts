import { join } from 'node:path';
import { z } from 'zod';
import { argmax, classAurocs, classCounts, confusionMatrix, softmax } from '../../evaluation/metrics/index.ts';
import { confusionToSvg } from '../confusion.ts';
import { writeAtomicSync } from '../files.ts';
import type { EpochRecord, MetricRow } from '../log.ts';
import type { Answers } from '../measure.ts';
import type { Callback, Fit } from './callback.ts';

const Figures = z.object({
  epoch: z.int(),
  step: z.int(),
  time: z.number(),
  /** In the order of the classes; null where not estimable. */
  perClass: z.array(z.record(z.string(), z.number().nullable())),
});
type Figures = z.infer<typeof Figures>;

const Measured = Figures.extend({
  /** Counts [classes, classes], row-major: row = truth, column = answer. */
  confusion: z.array(z.number()),
});
type Measured = z.infer<typeof Measured>;

/** `past`: of all epochs, without their matrices. */
const State = z.object({ last: Measured.nullable(), best: Measured.nullable(), past: z.array(Figures) });

/**
 * What validation says of each class, after each epoch: recall, precision, F1 and one-against-the-rest AUROC as metrics
 * (`val.recall/CLASS`), the confusion matrix of the last and of the best epoch in `validation.json` and `confusion.svg`.
 */
export class ClassMetrics implements Callback {
  readonly name = 'classMetrics';
  private readonly classes: readonly string[];
  private readonly folder: string;
  private readonly title: string;
  private readonly send: (rows: MetricRow[]) => void;
  private answers: Pick<Answers, 'labels' | 'logits'> | null = null;
  private last: Measured | null = null;
  private best: Measured | null = null;
  private past: Figures[] = [];

  constructor(run: { folder: string; title: string }, classes: readonly string[], send: (rows: MetricRow[]) => void) {
    this.classes = classes;
    this.folder = run.folder;
    this.title = run.title;
    this.send = send;
  }

  /** The network's answers on the validation split, before the epoch's end. */
  observe(answers: Pick<Answers, 'labels' | 'logits'>): void {
    this.answers = answers;
  }

  onEpochEnd(_fit: Fit, record: EpochRecord): void {
    if (this.answers === null) return;
    this.last = measure(this.answers, this.classes.length, record);
    this.answers = null;
    if (record.best) this.best = this.last;
    const { confusion: _, ...figures } = this.last;
    this.past.push(figures);
    this.write();
    this.send(this.rows(figures));
  }

  private rows({ step, epoch, time, perClass }: Figures): MetricRow[] {
    return perClass.flatMap((figures, k) =>
      Object.entries(figures).flatMap(([name, value]) =>
        value === null ? [] : [{ key: `val.${name}/${this.classes[k]}`, step, epoch, value, time }],
      ),
    );
  }

  private write(): void {
    const { last, best } = this;
    const document = { format: 'osler-validation/1', classes: this.classes, best, last };
    writeAtomicSync(join(this.folder, 'validation.json'), `${JSON.stringify(document, null, 2)}\n`);
    const drawn = best ?? last;
    if (drawn === null) return;
    const title = `${this.title}: validation, epoch ${drawn.epoch}`;
    writeAtomicSync(join(this.folder, 'confusion.svg'), confusionToSvg(title, this.classes, drawn.confusion));
  }

  state(): unknown {
    return { last: this.last, best: this.best, past: this.past };
  }

  /** What was measured is said again: the process may have ended before it was heard, and it stands in no log. */
  loadState(state: unknown): void {
    ({ last: this.last, best: this.best, past: this.past } = State.parse(state));
    if (this.last === null) return;
    this.write();
    this.send(this.past.flatMap((figures) => this.rows(figures)));
  }
}

function measure({ labels, logits }: Pick<Answers, 'labels' | 'logits'>, k: number, record: EpochRecord): Measured {
  const probabilities = softmax(logits, k, 1);
  const confusion = confusionMatrix(labels, argmax(probabilities, k), k);
  const aurocs = classAurocs(labels, probabilities, k);
  const perClass = aurocs.map((auroc, c) => {
    const { recall, precision, f1 } = classCounts(confusion, k, c, labels.length);
    return { recall: orNull(recall), precision: orNull(precision), f1: orNull(f1), auroc };
  });
  const { epoch, step, time } = record;
  return { epoch, step, time, confusion: [...confusion], perClass };
}

/** NaN: its denominator is zero. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
