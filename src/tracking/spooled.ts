import { Courier, type CourierOptions } from './courier.ts';
import type { MetricEventRow, TrackEvent } from './events.ts';
import type { Remote } from './remote.ts';
import { Spool } from './spool.ts';
import type { ArtifactFile, DatasetFacts, EndStatus, Leftover, MetricPoint, RunStart, Tracker } from './tracker.ts';

export interface SpooledOptions extends CourierOptions {
  /** Longest wait at the end for a server that takes what it is given. */
  drainMs?: number;
  /** And for one that says nothing. */
  silenceMs?: number;
  onWarning?: (text: string) => void;
}

const DRAIN_MS = 20_000;
const SILENCE_MS = 5_000;

/** A remote tracker: writes down what it is told and has it carried over meanwhile. Never waits for the server, never throws. */
export class SpooledTracker implements Tracker {
  readonly name: string;
  readonly remote: Remote;
  private readonly spool: Spool;
  private readonly courier: Courier;
  private readonly options: SpooledOptions;
  private readonly told: Told;
  private broken: string | null = null;

  /** Opens the spool `target` in `folder`; goes on with one that is there. */
  constructor(folder: string, target: string, remote: Remote, options: SpooledOptions = {}) {
    this.name = remote.name;
    this.remote = remote;
    this.options = options;
    this.spool = new Spool(folder, target);
    this.told = new Told(this.spool.all());
    this.courier = new Courier(this.spool, remote, {
      onTrouble: (reason) =>
        options.onWarning?.(
          `${this.name}: ${withoutPlace(this.name, reason)}. The training goes on; what is unsent is kept and sent later.`,
        ),
      ...options,
    });
  }

  async startRun(run: RunStart): Promise<void> {
    this.put({ type: 'start', run });
  }

  async logParams(params: Readonly<Record<string, string>>): Promise<void> {
    this.put({ type: 'params', params: { ...params } });
  }

  async logMetrics(points: readonly MetricPoint[]): Promise<void> {
    this.put({
      type: 'metrics',
      rows: points.map(({ key, value, step, time }) => [key, value, step, Math.round(time)]),
    });
  }

  async logDataset(dataset: DatasetFacts): Promise<void> {
    this.put({ type: 'dataset', dataset });
  }

  async logArtifact({ file, path, kind }: ArtifactFile): Promise<void> {
    this.put({ type: 'artifact', file, path, kind });
  }

  async setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    this.put({ type: 'tags', tags: { ...tags } });
  }

  async endRun(status: EndStatus, time: number): Promise<void> {
    this.put({ type: 'end', status, time });
  }

  async close(): Promise<Leftover> {
    const { drainMs = DRAIN_MS, silenceMs = SILENCE_MS } = this.options;
    await this.courier.drain(drainMs, silenceMs);
    const bytes = this.spool.unsent;
    const trouble = this.courier.trouble ?? 'there was not time enough';
    const reason = this.broken ?? (bytes === 0 ? null : withoutPlace(this.name, trouble));
    this.spool.close();
    return { bytes, reason };
  }

  private put(event: TrackEvent): void {
    if (this.broken !== null) return;
    const fresh = this.told.filter(event);
    if (fresh === null) return;
    try {
      this.spool.append(fresh);
    } catch (error) {
      this.broken = `it can't be written down (${(error as Error).message})`;
      this.options.onWarning?.(`${this.name}: ${this.broken}. The training goes on without it.`);
      return;
    }
    this.courier.wake();
  }
}

/** The server's address stands in the tracker's name already. */
function withoutPlace(name: string, reason: string): string {
  const place = name.slice(name.indexOf(' ') + 1);
  return reason.startsWith(place) ? reason.slice(place.length).replace(/^:? /, '') : reason;
}

/** What has been said already. A run that goes on says its last steps again, to the same bits: they are not sent twice. */
export class Told {
  private readonly said = new Set<string>();
  private readonly steps = new Map<string, number>();

  constructor(events: Iterable<TrackEvent>) {
    for (const event of events) this.filter(event);
  }

  /** The event without what is known; null when nothing is left. */
  filter(event: TrackEvent): TrackEvent | null {
    if (event.type === 'metrics') {
      const last = new Map(this.steps);
      const rows: MetricEventRow[] = [];
      for (const row of event.rows) {
        const [key, , step] = row;
        if (step <= (last.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
        rows.push(row);
        this.steps.set(key, Math.max(step, this.steps.get(key) ?? Number.NEGATIVE_INFINITY));
      }
      return rows.length === 0 ? null : { ...event, rows };
    }
    // An ended run that goes on has to be begun again.
    if (event.type === 'end') this.said.delete('start');
    if (event.type === 'end' || event.type === 'artifact') return event;
    const key = event.type === 'start' ? 'start' : JSON.stringify(event);
    if (this.said.has(key)) return null;
    this.said.add(key);
    return event;
  }
}
