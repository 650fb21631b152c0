import { OslerError } from '../../errors.ts';
import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { PixelPool } from '../pixel-pool.ts';
import { createPredictor } from '../predictor.ts';
import { type CanaryMove, canaryMove } from './canary.ts';
import { Deployment, type DeploymentOptions } from './deployment.ts';
import { LoadedModels } from './loaded.ts';
import { PredictionLog } from './log.ts';

export interface HostOptions {
  store: Store;
  /** Of the deployments to serve; the first answers where a request names none. */
  names: readonly string[];
  resolve: DeploymentOptions['resolve'];
  /** Folder for log entries that the store can't take at the moment. */
  spool: string;
  /** ONNX Runtime's, for each model. */
  threads?: number;
  /** Milliseconds between looks at the store. */
  pollMs?: number;
  observe?: DeploymentOptions['observe'];
  onDropped?: DeploymentOptions['onDropped'];
  /** A deployment that is not wholly what the store says, or members of which can't answer; null when all is well again. */
  onFault?(deployment: string, fault: Error | null): void;
  onMove?(deployment: string, move: CanaryMove): void;
}

const POLL_MS = 500;
const QUALITY_MS = 5_000;

/** Serves deployments: brings each to what the store says, and moves their canaries. */
export class DeploymentHost {
  private readonly options: HostOptions;
  private readonly deployments = new Map<string, Deployment>();
  private readonly faults = new Map<string, Error>();
  /** When feedback was last looked at. */
  private readonly judged = new Map<string, number>();
  private readonly pixels: PixelPool;
  private readonly log: PredictionLog;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(options: HostOptions) {
    this.options = options;
    this.pixels = new PixelPool();
    this.log = new PredictionLog({
      write: (entries) => options.store.predictions.write(entries),
      spool: options.spool,
    });
  }

  /** Loads all of them. Throws NOT_FOUND for one that is not there, and where no live version of one can answer. */
  static async open(options: HostOptions): Promise<DeploymentHost> {
    const host = new DeploymentHost(options);
    try {
      await host.load();
      await host.log.recover().catch(() => undefined);
    } catch (error) {
      await host.close();
      throw error;
    }
    host.schedule();
    return host;
  }

  /** By name; the first where none is given. Throws NOT_FOUND for one that is not served here. */
  get(name?: string): Deployment {
    const found = this.deployments.get(name ?? this.options.names[0]!);
    if (found !== undefined) return found;
    throw new OslerError('NOT_FOUND', `The deployment "${name}" is not served here.`, {
      hint: `Served: ${[...this.deployments.keys()].join(', ')}.`,
    });
  }

  get all(): readonly Deployment[] {
    return [...this.deployments.values()];
  }

  /** What keeps deployments from being what the store says, and entries from the log. */
  get state() {
    return {
      faults: Object.fromEntries([...this.faults].map(([name, { message }]) => [name, message])),
      log: this.log.state,
    };
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
    await Promise.all(this.all.map((deployment) => deployment.close()));
    await this.log.close();
    await this.pixels.close();
  }

  private async load(): Promise<void> {
    const { store, names, resolve, threads, observe, onDropped } = this.options;
    const models = new LoadedModels(async (version, batching) =>
      createPredictor(await version.open(), {
        ...batching,
        pixels: this.pixels,
        ...(threads === undefined ? {} : { threads }),
      }),
    );
    const options: DeploymentOptions = {
      models,
      log: this.log,
      resolve,
      ...(observe && { observe }),
      ...(onDropped && { onDropped }),
    };
    for (const name of names) {
      const row = await store.deployments.get(name);
      if (row === null) {
        throw new OslerError('NOT_FOUND', `There is no deployment "${name}".`, {
          hint: 'List them: osler deploy list',
        });
      }
      const deployment = await Deployment.open(row, options);
      this.deployments.set(name, deployment);
      this.note(name, deployment.fault);
    }
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.refresh().then(() => this.schedule()), this.options.pollMs ?? POLL_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    for (const deployment of this.all) {
      if (this.closed) return;
      try {
        await this.bring(deployment);
        this.note(deployment.name, deployment.fault);
      } catch (error) {
        this.note(deployment.name, error as Error);
      }
    }
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

/** Who moves a canary, for the trail. */
const CONTROLLER = { who: 'osler', via: 'canary controller' };
