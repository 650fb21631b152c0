import { hostname } from 'node:os';
import type { TrackEvent } from '../events.ts';
import { RemoteError, type Traffic } from '../http.ts';
import type { DeliverContext, Remote, RemoteState } from '../remote.ts';
import type { WandbApi } from './api.ts';
import { CONFIG_DATASETS, CONFIG_TAGS } from './offline.ts';
import { configValue, EXIT_CODE, historyItems, RowBuilder, wandbJson } from './rows.ts';

/** A run on W&B's server. History goes as lines with their offset, so lines that are sent again count once. */
export class WandbRemote implements Remote {
  readonly name: string;
  private readonly api: WandbApi;
  private readonly target: { project: string | null; entity: string | null };

  constructor(api: WandbApi, target: { project: string | null; entity: string | null }) {
    this.api = api;
    this.target = target;
    this.name = `wandb ${api.url}`;
  }

  get traffic(): Traffic {
    return this.api.traffic;
  }

  async deliver(events: readonly TrackEvent[], context: DeliverContext): Promise<void> {
    const visit = new Visit(this.api, this.target, context);
    for (const event of events) await visit.take(event);
    await visit.send(null);
  }
}

/** What is remembered between deliveries. */
interface Memory {
  name: string;
  project: string;
  entity: string | null;
  startTime: number;
  config: Record<string, unknown>;
  history: number;
  events: number;
  rows: unknown;
  summary: Record<string, string>;
}

/** One delivery: lines are gathered and go together. */
class Visit {
  private readonly api: WandbApi;
  private readonly target: { project: string | null; entity: string | null };
  private readonly context: DeliverContext;
  private readonly lines: { history: string[]; events: string[] } = { history: [], events: [] };
  private memory: Memory | null;
  private rows: RowBuilder;
  private configChanged = false;

  constructor(api: WandbApi, target: { project: string | null; entity: string | null }, context: DeliverContext) {
    this.api = api;
    this.target = target;
    this.context = context;
    this.memory = (context.state.run as unknown as Memory | undefined) ?? null;
    this.rows = RowBuilder.restore(this.memory?.rows);
  }

  async take(event: TrackEvent): Promise<void> {
    if (event.type === 'start') return this.start(event.run);
    const memory = this.known();
    switch (event.type) {
      case 'params':
        for (const [key, value] of Object.entries(event.params)) memory.config[key] = configValue(value);
        this.configChanged = true;
        return;
      case 'tags':
        memory.config[CONFIG_TAGS] = { ...(memory.config[CONFIG_TAGS] as object | undefined), ...event.tags };
        this.configChanged = true;
        return;
      case 'dataset': {
        const known = (memory.config[CONFIG_DATASETS] ?? []) as { digest: string }[];
        const others = known.filter(({ digest }) => digest !== event.dataset.digest);
        memory.config[CONFIG_DATASETS] = [...others, event.dataset];
        this.configChanged = true;
        return;
      }
      case 'metrics':
        return this.metrics(event.rows);
      case 'artifact':
        return this.artifact(event);
      case 'end':
        // A run that was stopped says its last step again when it goes on: it stays open.
        if (event.status !== 'interrupted') this.history(this.rows.flush());
        await this.send(EXIT_CODE[event.status]);
    }
  }

  /** Sends what has come together; with an exit code the run's end as well. */
  async send(exit: number | null): Promise<void> {
    const memory = this.memory;
    if (memory === null) return;
    const { signal } = this.context;
    const { name, project, entity } = memory;
    if (this.configChanged) {
      await this.api.upsert({ name, project, entity, config: memory.config }, signal);
      this.configChanged = false;
    }
    const files: Record<string, { offset: number; content: string[] }> = {};
    const { history, events } = this.lines;
    if (history.length > 0) {
      files['wandb-history.jsonl'] = { offset: memory.history, content: [...history] };
      const summary = Object.entries(memory.summary).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
      files['wandb-summary.json'] = { offset: 0, content: [`{${summary.join(',')}}`] };
    }
    if (events.length > 0) files['wandb-events.jsonl'] = { offset: memory.events, content: [...events] };
    if (exit !== null || Object.keys(files).length > 0) {
      const end = exit === null ? {} : { complete: true, exitcode: exit };
      await this.api.stream({ name, project, entity: entity ?? '' }, { files, ...end }, signal).catch(deniedIfGone);
    }
    memory.history += history.length;
    memory.events += events.length;
    history.length = 0;
    events.length = 0;
    memory.rows = this.rows.state();
    this.context.state.run = memory as unknown as RemoteState;
  }

  private async start(run: Extract<TrackEvent, { type: 'start' }>['run']): Promise<void> {
    const bucket = await this.api.upsert(
      {
        name: run.id,
        project: this.memory?.project ?? this.target.project ?? run.experiment,
        entity: this.memory?.entity ?? this.target.entity,
        displayName: run.name,
        host: hostname(),
        jobType: 'train',
        ...(run.group === null ? {} : { groupName: run.group }),
      },
      this.context.signal,
    );
    this.memory ??= {
      name: bucket.name,
      project: bucket.project,
      entity: bucket.entity,
      startTime: run.startTime,
      config: {},
      history: 0,
      events: 0,
      rows: null,
      summary: {},
    };
  }

  private metrics(rows: Extract<TrackEvent, { type: 'metrics' }>['rows']): void {
    const { startTime } = this.known();
    const { history, stats, late } = this.rows.add(rows);
    this.history(history);
    for (const { time, values } of stats) {
      const prefixed = Object.fromEntries(Object.entries(values).map(([key, value]) => [`system.${key}`, value]));
      const line = {
        ...prefixed,
        _wandb: true,
        _timestamp: time / 1000,
        _runtime: Math.max(0, time - startTime) / 1000,
      };
      this.lines.events.push(wandbJson(line));
    }
    if (late.length > 0) this.context.refuse(late, 'W&B takes steps in order: these were closed already.');
  }

  private history(rows: ReturnType<RowBuilder['flush']>): void {
    const { startTime, summary } = this.known();
    for (const row of rows) {
      const items = historyItems(row, startTime);
      for (const [key, value] of Object.entries(items)) summary[key] = wandbJson(value);
      this.lines.history.push(wandbJson(items));
    }
  }

  private async artifact(event: Extract<TrackEvent, { type: 'artifact' }>): Promise<void> {
    const { name, project, entity } = this.known();
    try {
      await this.api.upload({ name, project, entity: entity ?? '' }, event.path, event.file, this.context.signal);
    } catch (error) {
      if (error instanceof RemoteError && error.failure !== 'refused') throw error;
      this.context.refuse(event, (error as Error).message);
    }
  }

  private known(): Memory {
    if (this.memory !== null) return this.memory;
    throw new RemoteError('refused', 'The run was never begun.');
  }
}

function deniedIfGone(error: unknown): never {
  if (error instanceof RemoteError && error.failure === 'refused')
    throw new RemoteError('denied', `${error.message} (was the run deleted there?)`, { cause: error });
  throw error;
}
