import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { cpus, hostname, release, type as system } from 'node:os';
import { dirname, join } from 'node:path';
import type { MetricEventRow } from '../events.ts';
import type { ArtifactFile, DatasetFacts, EndStatus, Leftover, MetricPoint, RunStart, Tracker } from '../tracker.ts';
import { LogFile, readRecords } from './log-file.ts';
import { decodeRecord, encodeRecord, timeOf, type WandbRecord } from './proto.ts';
import { configValue, EXIT_CODE, historyItems, RowBuilder, wandbJson } from './rows.ts';

export interface OfflineOptions {
  /** Folder of `offline-run-...` folders. */
  folder: string;
  project: string | null;
  entity: string | null;
  onWarning?: ((text: string) => void) | undefined;
}

/** Keys of W&B's config that hold what W&B has no place of its own for. */
export const CONFIG_TAGS = 'osler.tags';
export const CONFIG_DATASETS = 'osler.datasets';

/**
 * A run in W&B's own file format, for `wandb sync`: `offline-run-DATE-ID/run-ID.wandb` with its files beside it. No server is needed and
 * none is asked.
 */
export class WandbOffline implements Tracker {
  readonly name = 'wandb offline';
  private readonly options: OfflineOptions;
  private log: LogFile | null = null;
  private path = '';
  private run: RunStart | null = null;
  private num = 0;
  private rows = new RowBuilder();
  private readonly summary = new Map<string, number>();
  private readonly tags: Record<string, string> = {};
  private readonly datasets: DatasetFacts[] = [];
  private broken: string | null = null;

  constructor(options: OfflineOptions) {
    this.options = options;
  }

  /** `.../offline-run-20260301_120000-ID`; empty before the start. */
  get folder(): string {
    return this.path === '' ? '' : dirname(this.path);
  }

  async startRun(run: RunStart): Promise<void> {
    await this.guard(() => {
      this.run = run;
      const folder = this.findFolder(run);
      this.path = join(folder, `run-${run.id}.wandb`);
      mkdirSync(join(folder, 'files'), { recursive: true });
      const end = existsSync(this.path) ? this.readBack() : null;
      this.log = new LogFile(this.path, end);
      // A run that was synced once is not looked at again while this mark is there.
      rmSync(`${this.path}.synced`, { force: true });
      const { project, entity } = this.options;
      if (end === null) this.put({ header: { versionInfo: { producer: 'osler', minConsumer: '0.40.0' } } });
      this.put({
        run: {
          runId: run.id,
          project: project ?? run.experiment,
          ...(entity === null ? {} : { entity }),
          displayName: run.name,
          jobType: 'train',
          host: hostname(),
          startTime: timeOf(run.startTime),
          ...(run.group === null ? {} : { runGroup: run.group }),
          config: { update: [{ key: '_wandb', valueJson: '{}' }] },
        },
      });
      const facts = { os: `${system()} ${release()}`, program: 'osler', host: hostname(), username: run.user };
      this.put({
        environment: { ...facts, cpuCountLogical: cpus().length, startedAt: timeOf(run.startTime), writerId: run.id },
      });
    });
  }

  async logParams(params: Readonly<Record<string, string>>): Promise<void> {
    await this.guard(() => this.config(Object.entries(params).map(([key, value]) => [key, configValue(value)])));
  }

  async setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    Object.assign(this.tags, tags);
    await this.guard(() => this.config([[CONFIG_TAGS, this.tags]]));
  }

  async logDataset(dataset: DatasetFacts): Promise<void> {
    if (!this.datasets.some((known) => known.digest === dataset.digest)) this.datasets.push(dataset);
    await this.guard(() => this.config([[CONFIG_DATASETS, this.datasets]]));
  }

  async logMetrics(points: readonly MetricPoint[]): Promise<void> {
    await this.guard(() => {
      const { history, stats } = this.rows.add(
        points.map(({ key, value, step, time }): MetricEventRow => [key, value, step, time]),
      );
      for (const row of history) this.history(row);
      for (const { time, values } of stats) {
        const item = Object.entries(values).map(([key, value]) => ({ key, valueJson: wandbJson(value) }));
        this.put({ stats: { timestamp: timeOf(time), item } });
      }
    });
  }

  async logArtifact({ file, path }: ArtifactFile): Promise<void> {
    await this.guard(() => {
      const target = join(this.folder, 'files', ...path.split('/'));
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { force: true });
      try {
        linkSync(file, target);
      } catch {
        // Another disk, or one without links.
        copyFileSync(file, target);
      }
      this.put({ files: { files: [{ path, policy: 1 }] } });
    });
  }

  /** `closeStep`: no more will come, whatever the status. */
  async endRun(status: EndStatus, time: number, { closeStep = status !== 'interrupted' } = {}): Promise<void> {
    await this.guard(() => {
      // A run that was stopped says its last step again when it goes on, maybe with more values: it stays open.
      if (closeStep) for (const row of this.rows.flush()) this.history(row);
      const update = [...this.summary].map(([key, value]) => ({ nestedKey: [key], valueJson: wandbJson(value) }));
      const seconds = Math.max(0, time - (this.run?.startTime ?? time)) / 1000;
      update.push({ nestedKey: ['_runtime'], valueJson: String(seconds) });
      this.put({ summary: { update } });
      const runtime = Math.round(seconds);
      this.put({ exit: { exitCode: EXIT_CODE[status], runtime } });
    });
  }

  async close(): Promise<Leftover> {
    this.log?.close();
    this.log = null;
    return { bytes: 0, reason: this.broken };
  }

  private config(entries: [string, unknown][]): void {
    if (entries.length === 0) return;
    this.put({ config: { update: entries.map(([key, value]) => ({ key, valueJson: wandbJson(value) })) } });
  }

  private history(row: Parameters<typeof historyItems>[0]): void {
    for (const [key, value] of Object.entries(row.values)) this.summary.set(key, value);
    const items = historyItems(row, this.run?.startTime ?? row.time);
    const item = Object.entries(items).map(([key, value]) => ({ nestedKey: [key], valueJson: wandbJson(value) }));
    this.put({ history: { item, step: { num: row.step } } });
  }

  private put(record: WandbRecord): void {
    const _info = { streamId: this.run?.id ?? '' };
    this.log?.write(encodeRecord({ num: ++this.num, ...record, _info }));
  }

  /** What a file holds already, for a run that goes on. Returns its whole records' end; the old exit goes, as the run goes on. */
  private readBack(): number {
    let end = 7;
    let last = Number.NEGATIVE_INFINITY;
    for (const { bytes, end: at } of readRecords(this.path)) {
      const record = decodeRecord(bytes);
      if (record.exit !== undefined) break;
      end = at;
      this.num = record.num ?? this.num;
      if (record.history === undefined) continue;
      last = Math.max(last, record.history.step?.num ?? 0);
      for (const { nestedKey, key, valueJson } of record.history.item ?? []) {
        const name = nestedKey?.join('.') || key;
        if (name !== undefined && !name.startsWith('_')) this.summary.set(name, Number(valueJson));
      }
    }
    this.rows = new RowBuilder(last);
    return end;
  }

  private findFolder(run: RunStart): string {
    const { folder } = this.options;
    mkdirSync(folder, { recursive: true });
    const known = readdirSync(folder).find((name) => name.startsWith('offline-run-') && name.endsWith(`-${run.id}`));
    const stamp = new Date(run.startTime).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
    return join(folder, known ?? `offline-run-${stamp}-${run.id}`);
  }

  /** A disk that is full stops this record, not the training. */
  private async guard(work: () => void): Promise<void> {
    if (this.broken !== null) return;
    try {
      work();
    } catch (error) {
      this.broken = `${this.path || this.options.folder}: ${(error as Error).message}`;
      this.options.onWarning?.(`W&B's file can't be written: ${this.broken}. The training goes on without it.`);
    }
  }
}
