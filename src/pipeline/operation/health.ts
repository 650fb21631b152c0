/** How a server is: what it needs is looked at regularly, and what was found is told at once to whoever asks. */

export const STATUSES = ['ok', 'degraded', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** What was found of one thing. */
export interface Finding {
  status: Status;
  /** One sentence. It may name deployments and versions, never a path, an address, or anything of a request. */
  words: string;
  /** Bytes, seconds, counts: the unit stands in the name. */
  figures?: Record<string, number>;
}

export interface Check {
  /** One word or two: `store`, `disk`, `model derma/skin@1`. */
  name: string;
  /**
   * Whether answers need it. Without it the server is not ready; without others it answers on and says so.
   */
  vital: boolean;
  /** Throws where it can't be looked at, which counts as `failed`. Several may stand for what there is at the moment. */
  look(): Promise<Finding | readonly Part[]>;
}

/** Of a check that looks at several things, each by a name of its own. */
export interface Part extends Finding {
  name: string;
  vital?: boolean;
}

export interface CheckReport extends Finding {
  /** The check's own name; `name` says of what. */
  kind: string;
  name: string;
  vital: boolean;
  milliseconds: number;
}

export interface HealthReport {
  /** The worst of all. */
  status: Status;
  /** Whether answers can be given. */
  ready: boolean;
  /** When it was looked at, milliseconds since 1970. */
  at: number;
  checks: CheckReport[];
}

export interface HealthOptions {
  /** Milliseconds between looks; default 5 s. */
  everyMs?: number;
  /** A check that takes longer has failed; default 3 s. */
  patienceMs?: number;
  /** Looks that are asked for come no more often than this; default 1 s. */
  freshMs?: number;
  /** A check whose status changed. */
  onChange?(check: CheckReport, before: Status | null): void;
}

export class Health {
  private readonly checks: readonly Check[];
  private readonly options: Required<Omit<HealthOptions, 'onChange'>> & HealthOptions;
  /** Looks that have not ended, though nobody waits for them any more: a disk that hangs is asked once. */
  private readonly hanging = new Map<Check, Promise<CheckReport[]>>();
  private last: HealthReport | null = null;
  private looking: Promise<HealthReport> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(checks: readonly Check[], options: HealthOptions = {}) {
    this.checks = checks;
    this.options = { everyMs: 5_000, patienceMs: 3_000, freshMs: 1_000, ...options };
  }

  /** What the last look found; null before the first. */
  get report(): HealthReport | null {
    return this.last;
  }

  /** Looks now, or tells what is no older than `freshMs`. Throws nothing. */
  async look(): Promise<HealthReport> {
    if (this.last !== null && Date.now() - this.last.at < this.options.freshMs) return this.last;
    this.looking ??= this.lookAtAll().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  /** Looks, and goes on looking. */
  async start(): Promise<void> {
    await this.look();
    const again = (): void => {
      if (this.closed) return;
      this.timer = setTimeout(() => void this.look().then(again), this.options.everyMs);
      this.timer.unref();
    };
    again();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async lookAtAll(): Promise<HealthReport> {
    const before = new Map(this.last?.checks.map(({ name, status }) => [name, status]));
    const checks = (await Promise.all(this.checks.map((check) => this.lookAt(check)))).flat();
    const worst = checks.reduce((max, { status }) => Math.max(max, STATUSES.indexOf(status)), 0);
    const ready = !checks.some(({ vital, status }) => vital && status === 'failed');
    this.last = { status: STATUSES[worst]!, ready, at: Date.now(), checks };
    for (const check of checks) {
      const was = before.get(check.name) ?? null;
      if (was !== check.status && !(was === null && check.status === 'ok')) this.options.onChange?.(check, was);
    }
    return this.last;
  }

  private async lookAt(check: Check): Promise<CheckReport[]> {
    const { patienceMs } = this.options;
    const under = this.hanging.get(check) ?? this.run(check);
    this.hanging.set(check, under);
    const done = under.finally(() => this.hanging.delete(check));
    const { promise: late, resolve } = Promise.withResolvers<CheckReport[]>();
    const timer = setTimeout(
      () =>
        resolve([
          {
            kind: check.name,
            name: check.name,
            vital: check.vital,
            status: 'failed',
            words: `It did not answer within ${patienceMs / 1_000} s.`,
            milliseconds: patienceMs,
          },
        ]),
      patienceMs,
    );
    try {
      return await Promise.race([done, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async run({ name, vital, look }: Check): Promise<CheckReport[]> {
    const started = performance.now();
    const took = (): number => performance.now() - started;
    try {
      const found = await look();
      if ('status' in found) return [{ kind: name, name, vital, ...found, milliseconds: took() }];
      return found.map((part) => ({ kind: name, vital, ...part, milliseconds: took() }));
    } catch (error) {
      return [{ kind: name, name, vital, status: 'failed', words: sentence(error), milliseconds: took() }];
    }
  }
}

/** An error's first line: messages of engines may go on for pages. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 300) || 'It failed without a word.';
}
