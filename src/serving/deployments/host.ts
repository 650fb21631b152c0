import { OslerError } from '../../errors.ts';
import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { Engine } from '../engine/engine.ts';
import { PixelPool } from '../pixel-pool.ts';
import { createPredictor } from '../predictor.ts';
import { type CanaryMove, canaryMove } from './canary.ts';
import { Deployment, type DeploymentOptions } from './deployment.ts';
import { applyKeep } from './keep.ts';
import { type Held, LoadedModels, type Version } from './loaded.ts';
import { PredictionLog } from './log.ts';

export interface HostOptions {
  store: Store;
  /**
   * Of the deployments to serve; the first answers where a request names none. `all`: those of the store, also such as are made later, by
   * name; they are loaded behind the back of `open`.
   */
  names: readonly string[] | 'all';
  resolve: DeploymentOptions['resolve'];
  /** Folder for log entries that the store can't take at the moment. */
  spool: string;
  /** Threads that compute, of all models together. */
  threads?: number;
  /** Milliseconds between looks at the store. */
  pollMs?: number;
  observe?: DeploymentOptions['observe'];
  keep?: DeploymentOptions['keep'];
  onDropped?: DeploymentOptions['onDropped'];
  /** A deployment that is not wholly what the store says, or members of which can't answer; null when all is well again. */
  onFault?(deployment: string, fault: Error | null): void;
  onMove?(deployment: string, move: CanaryMove): void;
  /** At the end: answers that are not in the log, for neither store nor disk took them. */
  onLost?(entries: number): void;
}

const POLL_MS = 500;
const QUALITY_MS = 5_000;
/** Between two looks at what the log should not keep. */
const KEEP_MS = 10 * 60_000;
/** Until the first one. */
const FIRST_KEEP_MS = 60_000;
/** Until a deployment of which no live version could be loaded is tried again. */
const RETRY_MS = 10_000;

/** Serves deployments: brings each to what the store says, and moves their canaries. */
export class DeploymentHost {
  private readonly options: HostOptions;
  private readonly deployments = new Map<string, Deployment>();
  private readonly faults = new Map<string, Error>();
  /** When feedback was last looked at. */
  private readonly judged = new Map<string, number>();
  /** Deployments that could not be loaded, by id: at which revision, and when. */
  private readonly refused = new Map<number, { revision: number; at: number }>();
  /** Deleted ones whose last requests are under way. */
  private readonly leaving = new Set<Promise<void>>();
  private readonly shared: DeploymentOptions;
  private readonly models: LoadedModels;
  private readonly log: PredictionLog;
  /** Where nothing is served no thread waits for images. */
  private pixels: PixelPool | undefined;
  private engine: Engine | undefined;
  /** When logs were last cut to what their policies keep. */
  private keptAt = Date.now() - KEEP_MS + FIRST_KEEP_MS;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> = Promise.resolve();
  private opening: boolean;
  private closed = false;

  private constructor(options: HostOptions) {
    const { resolve, threads, observe, onDropped, keep } = options;
    this.options = options;
    this.opening = options.names === 'all';
    this.log = new PredictionLog({
      write: (entries) => options.store.predictions.write(entries),
      spool: options.spool,
      ...(options.onLost && { onLost: options.onLost }),
    });
    this.models = new LoadedModels(async (version, batching) => {
      const bundle = await version.open();
      this.pixels ??= new PixelPool();
      this.engine ??= new Engine({ eager: true, ...(threads === undefined ? {} : { threads }) });
      return createPredictor(bundle, { ...batching, pixels: this.pixels, engine: this.engine });
    });
    this.shared = {
      models: this.models,
      log: this.log,
      resolve,
      keep,
      ...(observe && { observe }),
      ...(onDropped && { onDropped }),
    };
  }

  /** Loads those that are named. Throws NOT_FOUND for one that is not there, and where no live version of one can answer. */
  static async open(options: HostOptions): Promise<DeploymentHost> {
    const host = new DeploymentHost(options);
    try {
      await host.load();
      await host.log.recover().catch(() => undefined);
    } catch (error) {
      await host.close();
      throw error;
    }
    if (options.names === 'all') void host.refresh().then(() => host.schedule());
    else host.schedule();
    return host;
  }

  /** By name; the first where none is given. Throws NOT_FOUND for one that is not served here, OVERLOADED while it may be on its way. */
  get(name?: string): Deployment {
    const { names } = this.options;
    const first = names === 'all' ? this.all[0]?.name : names[0];
    const found = this.deployments.get(name ?? first ?? '');
    if (found !== undefined) return found;
    if (this.opening) {
      throw new OslerError('OVERLOADED', 'The deployments are being loaded.', { hint: 'Try again in a moment.' });
    }
    const served = this.all.map((one) => one.name);
    const which = name ?? first;
    throw new OslerError(
      'NOT_FOUND',
      which === undefined ? 'No deployment is served here.' : `The deployment "${which}" is not served here.`,
      {
        hint: served.length > 0 ? `Served: ${served.join(', ')}.` : 'Make one: osler deploy create --help',
      },
    );
  }

  /** In the order in which they were named, or by name. */
  get all(): readonly Deployment[] {
    const all = [...this.deployments.values()];
    return this.options.names === 'all' ? all.sort((a, b) => (a.name < b.name ? -1 : 1)) : all;
  }

  /** What keeps deployments from being what the store says, and entries from the log. */
  get state() {
    return {
      opening: this.opening,
      /** Null while nothing is loaded. */
      engine: this.engine?.state ?? null,
      faults: Object.fromEntries([...this.faults].map(([name, { message }]) => [name, message])),
      log: this.log.state,
    };
  }

  /** A version to be asked by itself, in this host's threads: where a deployment has it in memory, the same. Let go of it before the host closes. */
  hold(version: Version): Promise<Held> {
    return this.models.share(version);
  }

  /** All that was answered before is in the store after this, or beside it. */
  flush(): Promise<void> {
    return this.log.flush();
  }

  /** Looks at the store now. Throws nothing: see `state`. */
  refresh(): Promise<void> {
    this.refreshing = this.refreshing.then(() => this.look());
    return this.refreshing;
  }

  /** After the last answer. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.refreshing;
    await Promise.all([...this.leaving, ...this.all.map((deployment) => deployment.close())]);
    await this.log.close();
    await Promise.all([this.pixels?.close(), this.engine?.close()]);
  }

  private async load(): Promise<void> {
    const { store, names } = this.options;
    if (names === 'all') return;
    for (const name of names) {
      const row = await store.deployments.get(name);
      if (row === null) {
        throw new OslerError('NOT_FOUND', `There is no deployment "${name}".`, {
          hint: 'List them: osler deploy list',
        });
      }
      await this.take(row);
    }
  }

  private async take(row: DeploymentRow): Promise<void> {
    const deployment = await Deployment.open(row, this.shared);
    this.deployments.set(row.name, deployment);
    this.note(row.name, deployment.fault);
  }

  /** Takes in deployments that the store has and this host has not, and lets go of those that were deleted. */
  private async follow(): Promise<void> {
    const rows = await this.options.store.deployments.list();
    const ids = new Map(rows.map(({ name, id }) => [name, id]));
    for (const name of this.faults.keys()) if (!ids.has(name)) this.note(name, null);
    for (const deployment of this.all) {
      if (ids.get(deployment.name) === deployment.row.id) continue;
      this.deployments.delete(deployment.name);
      const gone: Promise<void> = deployment.close().finally(() => this.leaving.delete(gone));
      this.leaving.add(gone);
    }
    for (const row of rows) {
      if (this.closed) return;
      if (this.deployments.has(row.name) || !this.isTryDue(row)) continue;
      try {
        await this.take(row);
        this.refused.delete(row.id);
      } catch (error) {
        this.refused.set(row.id, { revision: row.revision.number, at: Date.now() });
        this.note(row.name, error as Error);
      }
    }
  }

  private isTryDue({ id, revision }: DeploymentRow): boolean {
    const last = this.refused.get(id);
    return last === undefined || last.revision !== revision.number || Date.now() - last.at >= RETRY_MS;
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.refresh().then(() => this.schedule()), this.options.pollMs ?? POLL_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (this.options.names === 'all') {
      // While the store is away those that are served go on; each says so for itself below.
      await this.follow().catch(() => undefined);
      this.opening = false;
    }
    for (const deployment of this.all) {
      if (this.closed) return;
      try {
        await this.bring(deployment);
        this.note(deployment.name, deployment.fault);
      } catch (error) {
        this.note(deployment.name, told(error, deployment.name));
      }
    }
    await this.keepLogs();
  }

  /** Behind everybody's back; what the store can't do now it does next time. */
  private async keepLogs(): Promise<void> {
    if (Date.now() - this.keptAt < KEEP_MS) return;
    this.keptAt = Date.now();
    for (const { row } of this.all) await applyKeep(this.options.store, row).catch(() => 0);
  }

  /** Says each fault once, and when it is over. */
  private note(name: string, fault: Error | null): void {
    if (this.faults.get(name)?.message === fault?.message) return;
    if (fault === null) this.faults.delete(name);
    else this.faults.set(name, fault);
    this.options.onFault?.(name, fault);
  }

  private async bring(deployment: Deployment): Promise<void> {
    const { store, onMove } = this.options;
    const row = await store.deployments.get(deployment.name);
    // A deployment that was deleted answers on until this server ends.
    if (row === null || row.id !== deployment.row.id) {
      throw new OslerError(
        'NOT_FOUND',
        `The deployment "${deployment.name}" was deleted; its last revision is served.`,
      );
    }
    await deployment.apply(row);
    // A canary that can't answer neither climbs nor becomes live.
    if (!deployment.members.some(({ role }) => role === 'canary')) return;
    await this.log.flush();
    const move = await canaryMove(store, deployment.row, deployment.spec, this.isQualityDue(deployment.name));
    if (move === null) return;
    const moved = await this.write(row, move);
    if (moved === null) return;
    onMove?.(deployment.name, move);
    await deployment.apply(moved);
  }

  /** Feedback comes slowly, and to compare takes longer than to count. */
  private isQualityDue(name: string): boolean {
    const now = Date.now();
    if (now - (this.judged.get(name) ?? 0) < QUALITY_MS) return false;
    this.judged.set(name, now);
    return true;
  }

  /** Null where somebody else changed the deployment first: that counts. */
  private async write(row: DeploymentRow, { what, why, spec }: CanaryMove): Promise<DeploymentRow | null> {
    const change = { what, why, spec, expected: row.revision.number };
    try {
      return await this.options.store.deployments.change(CONTROLLER, row.name, change);
    } catch (error) {
      if (error instanceof OslerError && error.code === 'CHANGED_MEANWHILE') return null;
      throw error;
    }
  }
}

/** An engine's own words hold paths and addresses: they are the cause, for the log. */
function told(error: unknown, name: string): Error {
  if (error instanceof OslerError) return error;
  return new OslerError('STORE_FAILED', `The store can't be reached: ${name} is served as it was.`, { cause: error });
}

/** What routes ask of it. */
export type ServingHost = Pick<DeploymentHost, 'get' | 'all' | 'state' | 'flush' | 'refresh' | 'hold'>;

/** Who moves a canary, for the trail. */
const CONTROLLER = { who: 'osler', via: 'canary controller' };
