import { jsonNumber, type TrackEvent } from '../events.ts';
import { RemoteError, type Traffic } from '../http.ts';
import type { DeliverContext, Remote } from '../remote.ts';
import type { MlflowClient } from './client.ts';
import { BATCH, cutTo, MAX_DIGEST, MAX_PARAM, MAX_TAG, mlflowKey, RUN_TAG } from './names.ts';

export interface MlflowOptions {
  client: MlflowClient;
  /** Null: the run's own experiment. */
  experiment: string | null;
}

const STATUS = { finished: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' } as const;

interface Pending {
  metrics: { key: string; value: number | string; timestamp: number; step: number }[];
  params: { key: string; value: string }[];
  tags: { key: string; value: string }[];
}

/** A run on an MLflow server. Batches are as large as MLflow takes them. */
export class MlflowRemote implements Remote {
  readonly name: string;
  private readonly client: MlflowClient;
  private readonly experiment: string | null;

  constructor({ client, experiment }: MlflowOptions) {
    this.client = client;
    this.experiment = experiment;
    this.name = `mlflow ${client.access.uri}`;
  }

  get traffic(): Traffic {
    return this.client.traffic;
  }

  async deliver(events: readonly TrackEvent[], context: DeliverContext): Promise<void> {
    let pending: Pending = { metrics: [], params: [], tags: [] };
    const flush = async () => {
      const batch = pending;
      pending = { metrics: [], params: [], tags: [] };
      await this.logBatch(batch, context);
    };
    for (const event of events) {
      switch (event.type) {
        case 'params':
          for (const [key, value] of Object.entries(event.params))
            pending.params.push({ key: mlflowKey(key), value: cutTo(value, MAX_PARAM) });
          break;
        case 'tags':
          for (const [key, value] of Object.entries(event.tags))
            pending.tags.push({ key, value: cutTo(value, MAX_TAG) });
          break;
        case 'metrics':
          for (const [key, value, step, timestamp] of event.rows)
            pending.metrics.push({ key: mlflowKey(key), value: jsonNumber(value), timestamp, step });
          break;
        default:
          await flush();
          await this.single(event, context);
      }
      if (pending.metrics.length + pending.params.length + pending.tags.length >= 50_000) await flush();
    }
    await flush();
  }

  private async single(
    event: Exclude<TrackEvent, { type: 'params' | 'tags' | 'metrics' }>,
    context: DeliverContext,
  ): Promise<void> {
    const { signal, state } = context;
    if (event.type === 'start') return this.start(event.run, context);
    const run = runOf(context);
    try {
      if (event.type === 'end') {
        await this.client.updateRun(run, { status: STATUS[event.status], end_time: event.time }, signal);
      } else if (event.type === 'dataset') {
        const { name, digest, source, context: use, profile } = event.dataset;
        const dataset = { name, digest: digest.slice(0, MAX_DIGEST), source_type: 'osler', source, profile };
        const datasets = [{ tags: [{ key: 'mlflow.data.context', value: use }], dataset }];
        await this.client.post('runs/log-inputs', { run_id: run, datasets }, signal);
      } else {
        await this.client.upload(String(state.artifactUri), event.path, event.file, signal);
      }
    } catch (error) {
      if (!(error instanceof RemoteError)) context.refuse(event, (error as Error).message);
      else if (error.failure === 'refused') context.refuse(event, error.message);
      else throw error;
    }
  }

  private async start(
    run: Extract<TrackEvent, { type: 'start' }>['run'],
    { state, save, signal }: DeliverContext,
  ): Promise<void> {
    if (typeof state.runId === 'string') {
      await this.client.updateRun(state.runId, { status: 'RUNNING' }, signal);
      await this.tag(state.runId, run.id, signal);
      return;
    }
    const experiment = await this.client.ensureExperiment(this.experiment ?? run.experiment, signal);
    // It may have been made without our hearing of it.
    let found = null;
    if (state.attempted === true) {
      for await (const candidate of this.client.searchRuns([experiment], `tags.\`${RUN_TAG}\` = '${run.id}'`, signal)) {
        found ??= candidate;
      }
    }
    state.attempted = true;
    save();
    found ??= await this.client.createRun(
      {
        experiment_id: experiment,
        run_name: run.name,
        user_id: run.user,
        start_time: run.startTime,
        tags: [
          { key: RUN_TAG, value: run.id },
          { key: 'mlflow.user', value: run.user },
          { key: 'mlflow.source.name', value: 'osler' },
          { key: 'mlflow.source.type', value: 'LOCAL' },
          ...(run.group === null ? [] : [{ key: 'osler.group', value: run.group }]),
        ],
      },
      signal,
    );
    state.runId = found.info.run_id;
    state.artifactUri = found.info.artifact_uri;
    save();
  }

  private async tag(run: string, value: string, signal: AbortSignal): Promise<void> {
    await this.client.post('runs/set-tag', { run_id: run, key: RUN_TAG, value }, signal);
  }

  private async logBatch(all: Pending, context: DeliverContext): Promise<void> {
    for (const batch of pieces(all)) await this.logPiece(batch, context);
  }

  /** Where the server refuses a piece, its halves are tried, until the one thing that it does not take is found. */
  private async logPiece(batch: Pending, context: DeliverContext): Promise<void> {
    const run = runOf(context);
    try {
      await this.client.post('runs/log-batch', { run_id: run, ...batch }, context.signal);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.failure !== 'refused') throw error;
      const { info } = await this.client.getRun(run, context.signal);
      if (info.lifecycle_stage !== 'active') {
        throw new RemoteError('denied', `Run ${run} is deleted on ${this.client.access.uri}: restore it there.`);
      }
      const parts = halves(batch);
      if (parts === null) context.refuse(batch, error.message);
      else for (const part of parts) await this.logPiece(part, context);
    }
  }
}

function runOf({ state }: DeliverContext): string {
  if (typeof state.runId === 'string') return state.runId;
  throw new RemoteError('refused', 'The run was never begun.');
}

/** In pieces of what MLflow takes at once. */
function* pieces({ metrics, params, tags }: Pending): Generator<Pending, void, undefined> {
  let piece: Pending = { metrics: [], params: [], tags: [] };
  let bytes = 0;
  const count = () => piece.metrics.length + piece.params.length + piece.tags.length;
  for (const kind of ['params', 'tags', 'metrics'] as const) {
    for (const item of { metrics, params, tags }[kind]) {
      // An upper bound of its JSON: keys and values may need escapes.
      const size = 'step' in item ? 120 + 6 * item.key.length : 40 + 6 * (item.key.length + item.value.length);
      if (
        piece[kind].length >= BATCH[kind] ||
        count() >= BATCH.entities ||
        (count() > 0 && bytes + size > BATCH.bytes)
      ) {
        yield piece;
        piece = { metrics: [], params: [], tags: [] };
        bytes = 0;
      }
      (piece[kind] as unknown[]).push(item);
      bytes += size;
    }
  }
  if (count() > 0) yield piece;
}

function halves(batch: Pending): [Pending, Pending] | null {
  const items = (['params', 'tags', 'metrics'] as const).flatMap((kind) => batch[kind].map((item) => ({ kind, item })));
  if (items.length <= 1) return null;
  const middle = Math.ceil(items.length / 2);
  const of = (part: typeof items): Pending => {
    const out: Pending = { metrics: [], params: [], tags: [] };
    for (const { kind, item } of part) (out[kind] as unknown[]).push(item);
    return out;
  };
  return [of(items.slice(0, middle)), of(items.slice(middle))];
}
