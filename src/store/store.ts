import { Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
import { accessRepository } from './access/access.ts';
import type { AccessStore } from './access/types.ts';
import { type Artifacts, artifactRepository } from './artifacts/artifacts.ts';
import { parseAddress } from './artifacts/places/place.ts';
import { checkTables } from './check.ts';
import { type Curves, curveRepository } from './curves.ts';
import { deploymentRepository } from './deployments/deployments.ts';
import { predictionRepository } from './deployments/predictions.ts';
import type { Deployments, Predictions } from './deployments/types.ts';
import { type Counts, dumpLines, loadDump } from './dump.ts';
import { chooseEngine, type Engine, persist } from './engine.ts';
import { type Experiments, experimentRepository } from './experiments.ts';
import { type Inputs, inputRepository } from './inputs.ts';
import { jobRepository } from './jobs/jobs.ts';
import type { Jobs } from './jobs/types.ts';
import { postgresLogWriter } from './log-postgres.ts';
import { sqliteLogWriter } from './log-sqlite.ts';
import { type LoggedModels, loggedModelRepository } from './logged-models.ts';
import { type Logs, logRepository } from './logs.ts';
import { type Metrics, metricRepository } from './metrics.ts';
import { migrate } from './migrate.ts';
import { ping } from './ping.ts';
import { registryRepository } from './registry/registry.ts';
import type { RegistryStore } from './registry/types.ts';
import { type Runs, runRepository } from './runs.ts';
import type { Tables } from './schema.ts';
import { type Search, searchRepository } from './search/search.ts';
import { type Pulse, pulseRepository } from './studio/pulse.ts';
import { type Stops, stopRepository } from './studio/stops.ts';
import { type TaskRecords, taskRepository } from './studio/tasks.ts';
import { type Trainings, trainingRepository } from './studio/trainings.ts';
import { type Views, viewRepository } from './studio/views.ts';
import { type Sweeps, sweepRepository } from './sweeps.ts';
import { type Tracked, trackedRuns } from './tracked.ts';
import { type Trail, trailHeadFileOf, trailRepository } from './trail.ts';

/** All that is remembered about runs. Several processes may have the same store open. */
export interface Store {
  readonly home: string;
  readonly engine: Pick<Engine, 'kind' | 'where'>;
  readonly runs: Runs;
  readonly experiments: Experiments;
  /** Runs of any program: Osler's trainings, and what clients log. */
  readonly tracked: Tracked;
  /** Metrics, parameters and tags of runs of any program. */
  readonly logs: Logs;
  readonly search: Search;
  /** Datasets and models that runs read and made, as MLflow keeps them. */
  readonly inputs: Inputs;
  readonly loggedModels: LoggedModels;
  /** Metrics as Osler's trainings write them: a step that is written again replaces what it was. */
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  /** Metrics as they are drawn. */
  readonly curves: Curves;
  readonly sweeps: Sweeps;
  /** Folders and archives that are scored. */
  readonly jobs: Jobs;
  /** What was begun from the page. */
  readonly trainings: Trainings;
  readonly stops: Stops;
  /** Long work that a server does for somebody, and what became of it. */
  readonly tasks: TaskRecords;
  /** Tables as people arranged them. */
  readonly views: Views;
  readonly registry: RegistryStore;
  /** What is served, and every revision of it. */
  readonly deployments: Deployments;
  /** What deployments answered, and what turned out to be true. */
  readonly predictions: Predictions;
  /** Keys and sessions: who may use a server. */
  readonly access: AccessStore;
  /** The audit trail. */
  readonly trail: Trail;
  /** What moves, cheap to look at again and again. */
  readonly pulse: Pulse;
  /** Throws the engine's own error where the store can't be reached or takes nothing. */
  ping(): Promise<void>;
  /** All rows as of one moment, as lines for `load` of any engine's store. */
  dump(): AsyncGenerator<string, void, undefined>;
  /** Writes a dump's rows into this store, which must be empty, all or none. */
  load(lines: AsyncIterable<string>): Promise<Counts>;
  /** What is wrong with the tables, in sentences; nothing when all is well. */
  check(): AsyncGenerator<string, void, undefined>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

function openingHint(kind: Engine['kind'], cause: Error): string {
  if (kind === 'sqlite') return 'See that OSLER_HOME names a folder you may write to, on a disk with room.';
  if (/certificate/i.test(cause.message))
    return 'Add sslrootcert=FILE to OSLER_DATABASE_URL, with the certificate of who signed it; sslmode=no-verify does not check.';
  return 'See that the server runs and that OSLER_DATABASE_URL names it, a database of yours and your password.';
}

/** A person waits for this. */
const OPENING_MS = 5_000;

/**
 * Opens (and makes, and brings up to date) the store of `home`: on PostgreSQL where a URL is given, else in a SQLite file.
 * `artifacts` is the object store new artifacts go to; this machine's disk when absent. What lies elsewhere is read either way.
 * Throws STORE_FAILED when it can't be opened, is no database, or was written by a newer Osler; USAGE for a wrong address.
 */
export async function openStore(home: string, databaseUrl?: string, artifacts?: string): Promise<Store> {
  const engine = chooseEngine(home, databaseUrl);
  const address = artifacts === undefined ? undefined : parseAddress(artifacts).text;
  const db = new Kysely<Tables>({ dialect: engine.dialect() });
  try {
    await persist(() => migrate(db), OPENING_MS);
  } catch (error) {
    await db.destroy().catch(() => undefined);
    const cause = error instanceof OslerError ? error.cause : error;
    // Our own word, that a newer Osler wrote it.
    if (!(cause instanceof Error)) throw error;
    throw new OslerError(
      'STORE_FAILED',
      `The store ${engine.where} can't be opened: ${cause.message || 'no connection'}.`,
      {
        hint: openingHint(engine.kind, cause),
        cause,
      },
    );
  }
  const runs = runRepository(db, home);
  const contents = artifactRepository(db, home, address);
  const tracked = trackedRuns(db, runs);
  const writer = engine.url === undefined ? sqliteLogWriter(engine.where) : postgresLogWriter(db, engine.url);
  const jobs = jobRepository(db, engine.url);
  const close = async () => {
    await jobs.close();
    await writer.close();
    await contents.close();
    await db.destroy();
  };
  return {
    home,
    engine: { kind: engine.kind, where: engine.where },
    runs,
    experiments: experimentRepository(db),
    tracked,
    logs: logRepository(db, writer, tracked, runs),
    search: searchRepository(db),
    inputs: inputRepository(db, tracked),
    loggedModels: loggedModelRepository(db),
    metrics: metricRepository(db),
    artifacts: contents,
    curves: curveRepository(db),
    sweeps: sweepRepository(db),
    jobs,
    trainings: trainingRepository(db),
    stops: stopRepository(db),
    tasks: taskRepository(db),
    views: viewRepository(db),
    registry: registryRepository(db, home, trailHeadFileOf(home, engine)),
    deployments: deploymentRepository(db, home, trailHeadFileOf(home, engine)),
    predictions: predictionRepository(db),
    access: accessRepository(db, home, trailHeadFileOf(home, engine)),
    pulse: pulseRepository(db),
    trail: trailRepository(db, home, trailHeadFileOf(home, engine)),
    ping: () => ping(db),
    dump: () => dumpLines(new Kysely<Tables>({ dialect: engine.dialect() })),
    load: (lines) => loadDump(db, lines),
    check: () => checkTables(db, home),
    close,
    [Symbol.asyncDispose]: close,
  };
}
