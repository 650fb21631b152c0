import type { MetricEventRow } from '../events.ts';
import type { RemoteState } from '../remote.ts';

/** JSON as W&B writes it: NaN and infinities stand as bare words. */
export function wandbJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(wandbJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}:${wandbJson(inner)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

const WORDS = /^(?:NaN|-?Infinity)$/;

/** What `wandbJson` wrote; null for what is no JSON. Bare words inside lists and maps are null too. */
export function parseWandbJson(text: string): unknown {
  if (WORDS.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replaceAll(/(?<=[[,:\s])(?:NaN|-?Infinity)(?=[\],}\s])/g, 'null'));
    } catch {
      return null;
    }
  }
}

/** A parameter in W&B's config, which knows kinds: what reads as one number, truth value or null is one. */
export function configValue(text: string): unknown {
  if (!/^(?:-?\d|true$|false$|null$)/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value !== 'object' || value === null ? (JSON.stringify(value) === text ? value : text) : text;
  } catch {
    return text;
  }
}

/** One line of W&B's history: all values of one step. */
export interface HistoryRow {
  step: number;
  /** Milliseconds since 1970, of the last value. */
  time: number;
  values: Record<string, number>;
}

/** One sample of the machine. */
export interface StatsRow {
  time: number;
  values: Record<string, number>;
}

const SYSTEM = 'system/';

/**
 * W&B takes a history line once for each step, in order: values of one step are held back until the next step begins. What comes for
 * a step that is closed is told as late.
 */
export class RowBuilder {
  private pending: HistoryRow | null = null;
  private last: number;

  constructor(lastStep = Number.NEGATIVE_INFINITY, pending: HistoryRow | null = null) {
    this.last = lastStep;
    this.pending = pending;
  }

  add(rows: readonly MetricEventRow[]): { history: HistoryRow[]; stats: StatsRow[]; late: MetricEventRow[] } {
    const history: HistoryRow[] = [];
    const stats = new Map<number, StatsRow>();
    const late: MetricEventRow[] = [];
    for (const row of rows) {
      const [key, value, step, time] = row;
      if (key.startsWith(SYSTEM)) {
        const sample = stats.get(time) ?? { time, values: {} };
        sample.values[statsKey(key.slice(SYSTEM.length))] = value;
        stats.set(time, sample);
        continue;
      }
      if (step <= this.last || (this.pending !== null && step < this.pending.step)) {
        late.push(row);
        continue;
      }
      if (this.pending !== null && step > this.pending.step) history.push(...this.flush());
      this.pending ??= { step, time, values: {} };
      this.pending.values[key] = value;
      this.pending.time = Math.max(this.pending.time, time);
    }
    return { history, stats: [...stats.values()], late };
  }

  /** Closes the step that is open. */
  flush(): HistoryRow[] {
    if (this.pending === null) return [];
    const row = this.pending;
    this.pending = null;
    this.last = row.step;
    return [row];
  }

  /** For another process to go on from. */
  state(): RemoteState {
    const { pending } = this;
    return {
      lastStep: Number.isFinite(this.last) ? this.last : null,
      pending: pending === null ? null : { ...pending, values: wandbJson(pending.values) },
    };
  }

  static restore(state: unknown): RowBuilder {
    const { lastStep, pending } = (state ?? {}) as {
      lastStep?: number | null;
      pending?: { step: number; time: number; values: string } | null;
    };
    const values = pending ? parseWords(pending.values) : {};
    return new RowBuilder(lastStep ?? Number.NEGATIVE_INFINITY, pending ? { ...pending, values } : null);
  }
}

function parseWords(text: string): Record<string, number> {
  const quoted = text.replaceAll(/:(NaN|-?Infinity)(?=[,}])/g, ':"$1"');
  return Object.fromEntries(
    Object.entries(JSON.parse(quoted) as Record<string, number | string>).map(([key, v]) => [key, Number(v)]),
  );
}

/** The object of a history line, without its framing. */
export function historyItems({ step, time, values }: HistoryRow, startTime: number): Record<string, unknown> {
  return { ...values, _step: step, _timestamp: time / 1000, _runtime: Math.max(0, time - startTime) / 1000 };
}

const STATS: Record<string, string> = {
  cpu_utilization_percentage: 'cpu',
  system_memory_usage_percentage: 'memory_percent',
  disk_usage_percentage: 'disk./.usagePercent',
};

/** Osler's (and MLflow's) name of a machine's figure as W&B's page knows it. */
export function statsKey(name: string): string {
  const gpu = /^gpu_(\d+)_(utilization_percentage|memory_usage_percentage|power_usage_watts)$/.exec(name);
  if (gpu !== null) {
    const what = {
      utilization_percentage: 'gpu',
      memory_usage_percentage: 'memoryAllocated',
      power_usage_watts: 'powerWatts',
    };
    return `gpu.${gpu[1]}.${what[gpu[2] as keyof typeof what]}`;
  }
  return STATS[name] ?? name;
}

/** The way back. */
export function systemKey(stats: string): string {
  const gpu = /^gpu\.(\d+)\.(gpu|memoryAllocated|powerWatts)$/.exec(stats);
  if (gpu !== null) {
    const what = {
      gpu: 'utilization_percentage',
      memoryAllocated: 'memory_usage_percentage',
      powerWatts: 'power_usage_watts',
    };
    return `${SYSTEM}gpu_${gpu[1]}_${what[gpu[2] as keyof typeof what]}`;
  }
  const known = Object.entries(STATS).find(([, theirs]) => theirs === stats);
  return `${SYSTEM}${known?.[0] ?? stats}`;
}

/** 0 for a run that went well; Ctrl-C's own code for one that was stopped. */
export const EXIT_CODE = { finished: 0, failed: 1, interrupted: 130 } as const;
