import { createHash } from 'node:crypto';
import type { MetricPoint } from '../tracker.ts';
import type { ExchangeRun } from './run.ts';

/** One thing that a tracker did not give back as it was told. */
export interface Difference {
  /** `status`, `parameter`, `tag`, `dataset`, `metric`, `file`... */
  what: string;
  detail: string;
}

/** What `after` lacks of `before`, or holds otherwise. What it holds beside is no difference. */
export async function differences(before: ExchangeRun, after: ExchangeRun): Promise<Difference[]> {
  const out: Difference[] = [];
  const say = (what: string, detail: string) => out.push({ what, detail });
  for (const field of ['id', 'name', 'experiment', 'status', 'user', 'startedAt', 'endedAt'] as const) {
    if (before[field] !== after[field]) say(field, `${before[field]} became ${after[field]}`);
  }
  for (const [kind, a, b] of [
    ['parameter', before.params, after.params],
    ['tag', before.tags, after.tags],
    ['experiment tag', before.experimentTags, after.experimentTags],
  ] as const) {
    for (const [key, value] of Object.entries(a)) {
      if (!(key in b)) say(kind, `${key} is missing`);
      else if (b[key] !== value) say(kind, `${key}: ${shortly(value)} became ${shortly(b[key]!)}`);
    }
  }
  for (const dataset of before.datasets) {
    const there = after.datasets.find(({ name, digest }) => name === dataset.name && digest === dataset.digest);
    if (there === undefined) say('dataset', `${dataset.name} ${dataset.digest} is missing`);
    else if (JSON.stringify(canonical(there)) !== JSON.stringify(canonical(dataset)))
      say('dataset', `${dataset.name} differs`);
  }
  await compareMetrics(before, after, say);
  const [files, there] = [await sums(before), await sums(after)];
  for (const [path, sum] of files) {
    if (!there.has(path)) say('file', `${path} is missing`);
    else if (there.get(path) !== sum) say('file', `${path} has other bytes`);
  }
  return out;
}

async function compareMetrics(before: ExchangeRun, after: ExchangeRun, say: (what: string, detail: string) => void) {
  const [a, b] = [await byKey(before), await byKey(after)];
  for (const [key, points] of a) {
    const theirs = b.get(key);
    if (theirs === undefined) {
      say('metric', `${key} is missing`);
      continue;
    }
    const left = new Map<string, number>();
    for (const point of theirs) left.set(textOf(point), (left.get(textOf(point)) ?? 0) + 1);
    let lost = 0;
    let example: MetricPoint | undefined;
    for (const point of points) {
      const count = left.get(textOf(point)) ?? 0;
      left.set(textOf(point), count - 1);
      if (count > 0) continue;
      lost += 1;
      example ??= point;
    }
    if (example === undefined) continue;
    const step = theirs.find((point) => point.step === example.step);
    const instead = step === undefined ? 'nothing' : `${step.value} at ${step.time}`;
    say(
      'metric',
      `${key}: ${lost} of ${points.length} values differ; step ${example.step}: ${example.value} at ${example.time} became ${instead}`,
    );
  }
}

const textOf = ({ step, time, value }: MetricPoint): string => `${step} ${Math.round(time)} ${value}`;

async function byKey(run: ExchangeRun): Promise<Map<string, MetricPoint[]>> {
  const out = new Map<string, MetricPoint[]>();
  for await (const points of run.metrics()) {
    for (const point of points) {
      const list = out.get(point.key);
      if (list === undefined) out.set(point.key, [point]);
      else list.push(point);
    }
  }
  return out;
}

async function sums(run: ExchangeRun): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for await (const { path, read } of run.artifacts()) {
    const hash = createHash('sha256');
    for await (const part of read()) hash.update(part);
    out.set(path, hash.digest('hex'));
  }
  return out;
}

function canonical({ tags, ...dataset }: ExchangeRun['datasets'][number]) {
  return [Object.entries(dataset).sort(), Object.entries(tags).sort()];
}

const shortly = (text: string): string => (text.length <= 40 ? text : `${text.length} characters`);
