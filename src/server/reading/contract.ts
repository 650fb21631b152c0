/** What the reading API says: schemas that describe it in OpenAPI and type it for the page. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { VersionRecord, VersionStatus } from '../../store/registry/types.ts';
import { RunRecord, RunStatus } from '../../store/run.ts';
import { Leaks } from '../contract.ts';

/** JSON has neither NaN nor infinities. */
export const Num = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type Num = z.infer<typeof Num>;

export function num(value: number): Num {
  return Number.isFinite(value) ? value : (String(value) as Num);
}

/** A parameter that may be named once or several times. */
export const Several = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const whole = (low: number, high: number, preset: number) => z.coerce.number().int().min(low).max(high).default(preset);

/** What a query may hold and nothing else: a parameter that is misspelt is refused by name. */
export const NoQuery = z.strictObject({});
export const Paged = z.strictObject({
  limit: whole(1, 1_000, 100).describe('At most so many.'),
  cursor: z.string().optional().describe('`next` of the page before.'),
});
const Next = z.string().nullable().describe('The cursor of the next page; null at the end.');
/** `{NAME: [...], next}` */
export function page<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const shape = { [name]: z.array(item), next: Next };
  return z.object(shape as Record<Name, z.ZodArray<Item>> & { next: typeof Next });
}

export const Flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const Status = z.enum([...RunStatus.options, 'scheduled']);
const Time = z.iso.datetime();
const Pairs = z.record(z.string(), z.string());

export const Experiment = z.object({
  id: z.int(),
  name: z.string(),
  createdAt: Time,
  updatedAt: Time,
  deleted: z.boolean(),
  tags: Pairs,
});

export const Run = z.object({
  id: z.string(),
  name: z.string(),
  status: Status,
  experiment: z.int(),
  user: z.string(),
  startedAt: Time,
  endedAt: Time.nullable(),
  deleted: z.boolean(),
  origin: z.enum(['osler', 'other']).describe('Trained by Osler, or logged by another program.'),
  model: z.string().nullable(),
  dataset: z.string().nullable().describe('NAME@VERSION.'),
  best: z.object({ epoch: z.int(), metric: z.string(), value: Num }).nullable(),
  stamps: z.array(z.string()),
  leaks: Leaks.nullable(),
  params: Pairs,
  tags: Pairs,
  metrics: z.record(z.string(), Num).describe('Latest values.'),
});
export type Run = z.infer<typeof Run>;

export const RunDetail = Run.extend({
  artifactUri: z.string(),
  loggedModels: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        type: z.string().nullable(),
        status: z.enum(['pending', 'ready', 'failed']),
        role: z.enum(['made', 'read']).describe('Whether the run made the model or read it.'),
      }),
    )
    .describe("Models as MLflow 3's clients log them, before anybody registers them; the oldest first."),
  record: RunRecord.nullable().describe('Of a training of Osler: recipe, seed, engine, code, preprocessing.'),
});

export const RunsQuery = Paged.extend({
  experiment: Several.optional().describe('Ids; all when none is named.'),
  filter: z.string().max(10_000).optional().describe("MLflow's grammar: metrics.loss < 0.1 and params.lr = '0.01'."),
  order: Several.optional().describe('As in `metrics.loss desc`; newest first otherwise.'),
  view: z.enum(['active', 'deleted', 'all']).default('active'),
});

export const Metric = z.object({ key: z.string(), value: Num, step: z.int(), at: Time });
export const Value = z.object({ step: z.int(), value: Num, at: Time, epoch: z.int() });
export const ValuesQuery = Paged.extend({
  key: z.string(),
  from: z.coerce.number().int().optional().describe('First step.'),
  to: z.coerce.number().int().optional().describe('Last step.'),
  limit: whole(1, 10_000, 1_000),
});

export const CurvesQuery = z.strictObject({
  key: Several.optional().describe('Metrics; all when none is named.'),
  points: whole(2, 5_000, 200).describe('Stretches at most, and values up to which all are given.'),
  from: z.coerce.number().int().optional().describe('First step.'),
  to: z.coerce.number().int().optional().describe('Last step.'),
  along: Flag.default(false).describe('Say when values were logged and in which epoch, too.'),
});
export const Curve = z
  .object({
    run: z.string(),
    key: z.string(),
    every: z.boolean().describe('Every value is there; else each place stands for a stretch of steps.'),
    values: z.int(),
    step: z.array(z.number()),
    mean: z.array(Num),
    low: z.array(Num).optional().describe('Lowest of the stretch; absent where every value is there.'),
    high: z.array(Num).optional(),
    time: z.array(z.number()).optional().describe('With `along`: milliseconds since 1970, the mean of the stretch.'),
    epoch: z
      .array(z.number())
      .optional()
      .describe('With `along`: the epoch, 0 where it is not known; the mean of the stretch.'),
  })
  .describe('A metric as it is drawn: a line through the means within a band from the lowest to the highest.');

export const Runs = Several.pipe(z.array(z.string()).min(1).max(400)).describe('Ids, or unique beginnings of ids.');
export const CompareQuery = Paged.extend({
  run: Runs,
  all: Flag.default(false).describe('What is the same in all runs, too.'),
});
const sideBySide = <T extends z.ZodType>(value: T) =>
  z.object({ key: z.string(), values: z.array(value.nullable()), same: z.boolean() });
export const ComparedSettings = page('settings', sideBySide(z.string())).extend({ runs: z.array(z.string()) });
export const ComparedMetrics = page('metrics', sideBySide(Num)).extend({ runs: z.array(z.string()) });

export const Artifact = z.object({
  path: z.string(),
  kind: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  addedAt: Time,
});

export const Model = z.object({
  name: z.string(),
  description: z.string().nullable(),
  createdAt: Time,
  updatedAt: Time,
  tags: Pairs,
  aliases: z.record(z.string(), z.int()).describe('Version by alias.'),
});
export const Version = z.object({
  model: z.string(),
  version: z.int(),
  status: VersionStatus,
  stage: z.string(),
  description: z.string().nullable(),
  createdAt: Time,
  updatedAt: Time,
  tags: Pairs,
  aliases: z.array(z.string()),
  record: VersionRecord,
});
export const Decision = z.object({
  id: z.string(),
  at: Time,
  who: z.string(),
  decision: z.string(),
  reason: z.string(),
  override: z.string().nullable(),
  policy: z.json().nullable(),
  evidence: z.json().nullable(),
});
