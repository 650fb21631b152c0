import { createHash } from 'node:crypto';
import type { BundleManifest } from '../../bundle/manifest.ts';
import { OslerError } from '../../errors.ts';
import type { DeploymentRow, PredictionEntry } from '../../store/deployments/types.ts';
import type { HeatmapWish, Pixels, Prediction } from '../predictor.ts';
import type { Priority } from '../priority.ts';
import type { Spent, Stages } from '../stages.ts';
import { answerDocument } from './answer.ts';
import { Gate } from './gate.ts';
import type { Version } from './loaded.ts';
import { chooseVariant, hashKey } from './route.ts';
import type { DeploymentSpec, Member } from './spec.ts';
import {
  faultOf,
  hold,
  type LeftOut,
  release,
  resolveAll,
  retire,
  type Table,
  type TableOptions,
  type Variant,
} from './table.ts';
import { within } from './within.ts';

export interface Asked {
  /** The request's id. */
  id: string;
  image: Uint8Array | Pixels;
  /** Answered by this version alone, as in `3` or `skin@3`, whatever the shares say; of those that answer, not of shadows. */
  version?: string;
  /** Of the patient or session, as the deployment means it. */
  key?: string;
  heatmap?: HeatmapWish;
  priority?: Priority;
  /** Milliseconds that it may wait, for admission and for threads; never more than the deployment's own. */
  deadlineMs?: number;
  /** Ends when nobody wants the answer any more: where it waits still, it is left, with the signal's reason. */
  wanted?: AbortSignal;
  /** Called when its turn comes: it is computed from now on. */
  begun?(): void;
}

/** Which way a request went. */
export interface Routing {
  deployment: string;
  revision: number;
  variant: string;
  role: 'live' | 'canary';
  by: 'patient' | 'session' | 'request' | 'version';
  /** The variant that the key belongs to, where that one failed. */
  insteadOf?: string;
}

export interface Given {
  prediction: Prediction;
  routing: Routing;
  version: Pick<Version, 'model' | 'version' | 'digest'>;
  /** The network's name, and the run it was trained in. */
  network: string;
  run: string;
}

/** A variant's answer that nobody asked for but the server itself. */
export interface Probed {
  variant: string;
  role: Member['role'];
  manifest: BundleManifest;
  answer: Prediction | OslerError | undefined;
}

export interface DeploymentOptions extends TableOptions {
  log: { add(...entries: PredictionEntry[]): void };
  /** Every answer of every variant. */
  observe?(entry: PredictionEntry, deployment: string, spent: Spent): void;
  /** Of each image that was answered, where images are kept; must not reject. */
  keep?: ((image: Uint8Array) => Promise<void>) | undefined;
  /** A shadow's turn that was left out, as the server was busy. */
  onDropped?(deployment: string, variant: string): void;
  /** Milliseconds until a member that could not be loaded is tried again; default 10 s. */
  retryMs?: number;
}

/** Milliseconds until a member that could not be loaded is tried again. */
const RETRY_MS = 10_000;

/**
 * A deployment that answers. Another revision is loaded beside the one in force, takes its place between two requests, and the old one
 * is let go of when its last request is answered: none is dropped, and a bundle that both use is loaded once.
 */
export class Deployment {
  readonly name: string;
  private readonly options: DeploymentOptions;
  private readonly gate: Gate;
  /** Shadows take no place from those that are answered. */
  private readonly shadowGate: Gate;
  private table: Table;
  /** Tables whose last requests are under way. */
  private readonly leaving = new Set<Table>();
  private changing: Promise<unknown> = Promise.resolve();

  private constructor(table: Table, options: DeploymentOptions) {
    this.name = table.row.name;
    this.table = table;
    this.options = options;
    this.gate = new Gate(table.spec.limits);
    this.shadowGate = new Gate(forShadows(table.spec.limits));
  }

  /** Loads all variants that can answer, see `fault`. Throws where no live one can. */
  static async open(row: DeploymentRow, options: DeploymentOptions): Promise<Deployment> {
    return new Deployment(await hold(await resolveAll(row, options), options), options);
  }

  get row(): DeploymentRow {
    return this.table.row;
  }

  get spec(): DeploymentSpec {
    return this.table.spec;
  }

  get members(): readonly (Member & Pick<Version, 'version' | 'digest'>)[] {
    return this.table.variants.map(({ member, share, version: { version, digest } }) => ({
      ...member,
      share,
      version,
      digest,
    }));
  }

  /** Members that can't answer; the others have their share. */
  get leftOut(): readonly LeftOut[] {
    return this.table.left;
  }

  /** What keeps members from taking part; null where all do. */
  get fault(): OslerError | null {
    return faultOf(this.table);
  }

  /** The bundle of the live variant with the largest share. */
  get manifest() {
    const live = this.table.variants.filter(({ member }) => member.role === 'live');
    return live.reduce((a, b) => (b.share > a.share ? b : a)).held.predictor.manifest;
  }

  get load(): { active: number; waiting: number } {
    return { active: this.gate.active, waiting: this.gate.waiting };
  }

  /**
   * Puts a revision in force, or the versions that its aliases name now, without those that can't answer. Nothing happens when it is in
   * force already. Throws where no live one can answer, or none can be looked up; the old one stays in force then.
   */
  apply(row: DeploymentRow): Promise<boolean> {
    const work = this.changing.then(async () => {
      if (row.revision.number < this.table.row.revision.number) return false;
      const old = this.table;
      const resolved = await resolveAll(row, this.options, old);
      const same = resolved.signature === old.signature;
      if (same && !this.isRetryDue(old)) return false;
      const next = await hold(resolved, this.options, old);
      if (same && next.left.length === old.left.length) {
        old.failedAt = next.failedAt;
        retire(next);
        return false;
      }
      this.table = next;
      this.leaving.add(old);
      void old.gone.promise.then(() => this.leaving.delete(old));
      this.gate.change(next.spec.limits);
      this.shadowGate.change(forShadows(next.spec.limits));
      retire(old);
      return true;
    });
    this.changing = work.catch(() => undefined);
    return work;
  }

  private isRetryDue({ failedAt }: Table): boolean {
    return failedAt !== null && Date.now() - failedAt >= (this.options.retryMs ?? RETRY_MS);
  }

  /** Throws QUEUE_FULL, DEADLINE_EXCEEDED, the reason of `wanted`, the image's own error, and ENGINE_FAILED where no live variant gives an answer. */
  async predict(asked: Asked): Promise<Given> {
    const { limits } = this.table.spec;
    const { priority = 'normal' } = asked;
    const deadlineMs = Math.min(asked.deadlineMs ?? limits.deadlineMs, limits.deadlineMs);
    const came = performance.now();
    return within(deadlineMs, asked.wanted, (wanted) => {
      const work = async (): Promise<Given> => {
        asked.begun?.();
        const admitted = { ...asked, wanted, came, deadlineMs };
        const given = await this.use((table) => this.answer(table, admitted, performance.now() - came));
        if (this.options.keep !== undefined && asked.image instanceof Uint8Array) await this.options.keep(asked.image);
        return given;
      };
      return this.gate.run(work, { priority, deadlineMs, wanted });
    });
  }

  /** What each variant says about an image by itself: not admitted, not written down. */
  probe(image: Uint8Array): Promise<Probed[]> {
    return this.use((table) =>
      Promise.all(
        table.variants.map(async ({ name, member, held: { predictor } }) => {
          const [answer] = await predictor.predict([image]).catch((error: unknown) => {
            if (error instanceof OslerError) return [error];
            return [new OslerError('ENGINE_FAILED', `${name} failed.`, { cause: error })];
          });
          return { variant: name, role: member.role, manifest: predictor.manifest, answer };
        }),
      ),
    );
  }

  /** After the last answer, those of shadows too. */
  async close(): Promise<void> {
    await this.changing;
    retire(this.table);
    await Promise.all([this.table, ...this.leaving].map(({ gone }) => gone.promise));
  }

  /** The table stays loaded while it is used. */
  private async use<T>(work: (table: Table) => Promise<T>, table = this.table): Promise<T> {
    table.using += 1;
    try {
      return await work(table);
    } finally {
      table.using -= 1;
      // The answer does not wait for its model to be put away.
      if (table.retired && table.using === 0) release(table);
    }
  }

  /** @param waited milliseconds until it was admitted. */
  private async answer(table: Table, asked: Admitted, waited: number): Promise<Given> {
    const { row, spec } = table;
    const variants = asked.version === undefined ? table.variants : named(table, asked.version);
    const by = asked.version !== undefined ? 'version' : asked.key === undefined ? 'request' : spec.sticky;
    const key = asked.key ?? asked.id;
    const facts = this.factsOf(table, asked);
    let chosen = chooseVariant(variants, row.salt, key);
    let result = await this.compute(chosen, asked, facts, waited);
    let insteadOf: string | undefined;
    // Once the time is up, no other has any of it.
    if (result instanceof OslerError && isFault(result) && result !== asked.wanted.reason) {
      const others = variants.filter(({ member, name }) => member.role === 'live' && name !== chosen.name);
      if (others.length > 0) {
        insteadOf = chosen.name;
        chosen = chooseVariant(others, row.salt, key);
        result = await this.compute(chosen, asked, facts, waited);
      }
    }
    if (result instanceof OslerError) throw result;
    for (const shadow of table.variants) if (shadow.member.role === 'shadow') this.shadow(table, shadow, asked, facts);
    const { model, version, digest } = chosen.version;
    const { manifest } = chosen.held.predictor;
    return {
      prediction: result,
      network: manifest.model.name,
      run: manifest.run,
      version: { model, version, digest },
      routing: {
        deployment: this.name,
        revision: row.revision.number,
        variant: chosen.name,
        role: chosen.member.role as 'live' | 'canary',
        by,
        ...(insteadOf === undefined ? {} : { insteadOf }),
      },
    };
  }

  /**
   * One variant's answer, written down. Throws the reason of `asked.wanted` where that ends before a thread has the image, unless it is
   * the deadline, and the variant had most of the time.
   */
  private async compute(
    variant: Variant,
    asked: Admitted,
    facts: Facts,
    waited: number,
  ): Promise<Prediction | OslerError> {
    let stages: Stages | null = null;
    const started = performance.now();
    const { model, version, digest } = variant.version;
    const shadow = variant.member.role === 'shadow';
    const result = await variant.held.predictor
      .predict([asked.image], {
        heatmap: !shadow && (asked.heatmap ?? false),
        priority: shadow ? 'low' : (asked.priority ?? 'normal'),
        ...(shadow ? {} : { wanted: asked.wanted, due: asked.came + asked.deadlineMs }),
        observe: (spent) => {
          stages = spent;
        },
      })
      .then(([answer]) => answer ?? new OslerError('INTERNAL', 'The predictor gave no answer.'))
      .catch((error: unknown) => {
        if (error instanceof OslerError) return error;
        return new OslerError('ENGINE_FAILED', `${variant.name} failed.`, { cause: error });
      });
    const milliseconds = performance.now() - started;
    // Nobody failed: it was left, as it is where it waits for admission.
    if (!shadow && result instanceof OslerError && result === asked.wanted.reason) {
      if (!isLate(result, milliseconds, asked)) throw result;
    }
    const entry: PredictionEntry = {
      ...facts,
      variant: variant.name,
      role: variant.member.role,
      model,
      version,
      digest,
      at: Date.now(),
      outcome: result instanceof OslerError ? result.code : 'ok',
      answer: result instanceof OslerError ? null : answerDocument(result),
      milliseconds,
    };
    this.options.log.add(entry);
    this.options.observe?.(entry, this.name, { waited, stages });
    return result;
  }

  /** After the answer, where there is room; its own answer is written down and never given. */
  private shadow(table: Table, variant: Variant, asked: Admitted, facts: Facts): void {
    const { deadlineMs } = table.spec.limits;
    const work = () => this.compute(variant, asked, facts, 0);
    const inTime = () =>
      within(deadlineMs, undefined, (wanted) => this.shadowGate.run(work, { priority: 'low', deadlineMs, wanted }));
    this.use(inTime, table).catch(() => this.options.onDropped?.(this.name, variant.name));
  }

  private factsOf({ row }: Table, { id, image, key }: Asked): Facts {
    return {
      id,
      deploymentId: row.id,
      revision: row.revision.number,
      key: key === undefined ? null : hashKey(row.salt, key),
      image: createHash('sha256')
        .update('pixels' in image ? image.pixels : image)
        .digest('hex'),
    };
  }
}

/** A quarter of the work that is answered. */
function forShadows({ concurrency, queue }: DeploymentSpec['limits']) {
  return { concurrency: Math.max(1, concurrency >> 2), queue };
}

/** Throws NOT_FOUND for a version that gives no answers here. */
function named({ row, variants }: Table, version: string): Variant[] {
  const answering = variants.filter(({ share }) => share > 0);
  const found = answering.filter(({ version: one }) =>
    [String(one.version), `${one.model}@${one.version}`].includes(version),
  );
  if (found.length > 0) return found;
  throw new OslerError('NOT_FOUND', `No version "${version.slice(0, 100)}" of ${row.name} answers here.`, {
    hint: `These do: ${answering.map(({ version: one }) => `${one.model}@${one.version}`).join(', ')}.`,
  });
}

/** What was asked and let in. */
interface Admitted extends Asked {
  wanted: AbortSignal;
  /** Of `performance.now()`. */
  came: number;
  deadlineMs: number;
}

type Facts = Pick<PredictionEntry, 'id' | 'deploymentId' | 'revision' | 'key' | 'image'>;

/**
 * Whether a variant had most of the time that there was, and it was not enough. Else the client is gone, or the time went by before, or
 * others went first: one of low priority (which jobs ask again, by the same id) says nothing of the variant.
 */
const isLate = ({ code }: OslerError, milliseconds: number, { deadlineMs, priority }: Admitted): boolean =>
  code === 'DEADLINE_EXCEEDED' && priority !== 'low' && milliseconds > deadlineMs / 2;

/** Whether the server is to blame and not the image. */
const isFault = (error: OslerError): boolean => error.httpStatus >= 500;
