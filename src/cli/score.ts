import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { findBundle } from '../bundle/open.ts';
import { OslerError } from '../errors.ts';
import { openHost } from '../pipeline/deployments/host.ts';
import { beginJob, fingerprintOf, goOn } from '../pipeline/jobs/begin.ts';
import { RESULT_FORMATS, type ResultFormat, resultLines } from '../pipeline/jobs/results.ts';
import { JobSource, openSource, sourceOf } from '../pipeline/jobs/source.ts';
import { deploymentScorer, JobTarget, openTarget, type Scorer, targetOf } from '../pipeline/jobs/target.ts';
import { workOnJob } from '../pipeline/jobs/work.ts';
import type { JobRecord } from '../store/jobs/types.ts';
import { outputFolder } from '../store/output.ts';
import { openStore, type Store } from '../store/store.ts';
import { actor } from './actor.ts';
import type { Context } from './context.ts';
import { jobDocument, jobLines } from './jobs-output.ts';
import { wholeNumber } from './options.ts';

interface Options {
  bundle?: string;
  deployment?: string;
  job?: string;
  out?: string;
  format?: string;
  name?: string;
  fresh?: boolean;
  threads?: number;
}

/** Images of a deployment's job at once: what it computes together, and what is decoded meanwhile. */
const AT_ONCE = 12;

export function register(program: Command, ctx: Context): void {
  program
    .command('score')
    .description(
      'Score all images of a folder or a ZIP archive. What is done is kept: after a kill the same command goes on.',
    )
    .argument('[source]', 'a folder (sub-folders included) or a ZIP archive')
    .option(
      '--bundle <bundle>',
      'a bundle folder, the name of one in OSLER_HOME/bundles, or a registered version: models:/skin@champion',
    )
    .option('--deployment <name>', 'a deployment instead, as it is while it answers; its log has the answers too')
    .option('--job <id>', 'go on with this job, whatever its source')
    .option('--out <file>', 'write the answers there once all are done: .csv or .jsonl')
    .option('--format <format>', `of --out where its name does not tell: ${RESULT_FORMATS.join(' or ')}`)
    .option('--name <name>', 'of the job, for people')
    .option('--fresh', 'begin anew, also where the same folder and model have an unfinished job')
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .addHelpText(
      'after',
      `
The images are listed when the job begins; those that come into the folder later belong to the next job. An image that can't be read
has its error in its line, and does not end the rest; the exit code is then 1.

Examples:
  osler score /scans/2026 --bundle lesions --out answers.csv
  osler score ward3.zip --deployment derma --out answers.jsonl
  osler score --job 3fa9                                       goes on with one that was stopped
  osler jobs result 3fa9 --format csv > answers.csv`,
    )
    .action((source: string | undefined, options: Options) => score(source, options, ctx));
}

async function score(path: string | undefined, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, artifacts, signal } = ctx;
  const target = options.out === undefined ? null : await outputOf(options.out, options.format);
  await using store = await openStore(home, databaseUrl, artifacts);
  const { job, resumed, skipped } = await jobOf(store, path, options, ctx);
  if (resumed) out.log(`Going on with job ${job.id.slice(0, 12)}: ${job.done} of ${job.total} are done.`);
  if (skipped > 0) out.log(`${skipped} ${skipped === 1 ? 'file is' : 'files are'} no image by name and left out.`);
  const scorer = await openScorer(store, JobTarget.parse(job.target), options, ctx);
  const started = performance.now();
  let ended: JobRecord;
  try {
    const reader = await openSource(job.id, JobSource.parse(job.source));
    try {
      ended = await workOnJob(job.id, { store, scorer, reader, signal, onProgress: out.progress });
    } finally {
      await reader.close();
    }
  } finally {
    await scorer.close();
  }
  out.endBar();
  if (ended.state === 'failed')
    throw new OslerError('ENGINE_FAILED', `Job ${ended.id.slice(0, 12)} has failed: ${ended.error}`, {
      hint: 'The same command goes on with what is left.',
    });
  if (target !== null && ended.state === 'finished') await writeResults(store, ended.id, target);
  out.json({ ...jobDocument(ended), resumed, out: target?.path ?? null });
  for (const line of jobLines(ended)) out.line(line);
  const now = ended.done - job.done;
  const seconds = (performance.now() - started) / 1_000;
  if (now > 1) out.log(`${now} images in ${seconds.toFixed(1)} s, ${(now / seconds).toFixed(0)} images/s`);
  if (target === null) out.line(`  osler jobs result ${ended.id.slice(0, 12)} --format csv`);
  else if (ended.state === 'finished') out.line(`  answers in ${target.path}`);
  if (ended.failed > 0 || ended.state !== 'finished') process.exitCode = 1;
}

async function jobOf(
  store: Store,
  path: string | undefined,
  options: Options,
  context: Context,
): Promise<{ job: JobRecord; resumed: boolean; skipped: number }> {
  if (options.job !== undefined) {
    if (path !== undefined || options.bundle !== undefined || options.deployment !== undefined)
      throw new OslerError('USAGE', '--job names a job that knows its images and its model.');
    const job = await goOn(store, options.job);
    if (JobSource.parse(job.source).kind === 'upload')
      throw new OslerError(
        'USAGE',
        `The images of job ${job.id.slice(0, 12)} were sent to a server, which works on it.`,
        { hint: 'osler jobs work' },
      );
    return { job, resumed: true, skipped: 0 };
  }
  if (path === undefined || (options.bundle === undefined) === (options.deployment === undefined)) {
    throw new OslerError('USAGE', 'Name a folder or an archive, and a bundle or a deployment.', {
      hint: 'osler score /scans --bundle demo, or osler score /scans --deployment derma',
    });
  }
  const source = await sourceOf(path);
  const target = await askedTarget(store, options, context);
  const same = options.fresh === true ? null : await store.jobs.same(fingerprintOf({ source, target }));
  if (same !== null) return { job: await goOn(store, same.id), resumed: true, skipped: 0 };
  const begun = await beginJob(store, { name: options.name ?? path, who: actor().who, source, target });
  return { ...begun, resumed: false };
}

async function askedTarget(store: Store, { bundle, deployment }: Options, { home, out }: Context): Promise<JobTarget> {
  if (bundle !== undefined)
    return targetOf(
      store,
      bundle,
      (ref) => findBundle(home, ref),
      (words) => out.warn(words),
    );
  if ((await store.deployments.get(deployment!)) === null)
    throw new OslerError('NOT_FOUND', `There is no deployment "${deployment}".`, {
      hint: 'List them: osler deploy list',
    });
  return { kind: 'deployment', name: deployment! };
}

async function openScorer(store: Store, target: JobTarget, { threads }: Options, { out }: Context): Promise<Scorer> {
  const limits = threads === undefined ? {} : { threads };
  if (target.kind !== 'deployment') return openTarget(store, target, limits);
  const host = await openHost({
    store,
    names: [target.name],
    ...limits,
    onFault: (_, fault) => fault !== null && out.warn(fault.message),
  });
  return { ...deploymentScorer(host, target.name, AT_ONCE), close: () => host.close() };
}

interface Output {
  path: string;
  format: ResultFormat;
}

/** Throws USAGE for a format that is none, and for a place that can't be written, before any work. */
async function outputOf(path: string, format: string | undefined): Promise<Output> {
  const said = format ?? extname(path).slice(1).toLowerCase();
  const known = RESULT_FORMATS.find((one) => one === said);
  if (known === undefined) {
    throw new OslerError(
      'USAGE',
      `--out ${path}: ${said === '' ? 'its name does not tell the format' : `"${said}" is no format of answers`}.`,
      {
        hint: `--format ${RESULT_FORMATS.join(' or --format ')}`,
      },
    );
  }
  await outputFolder(dirname(resolve(path)), '--out');
  return { path: resolve(path), format: known };
}

/** The whole file, or none. */
async function writeResults(store: Store, id: string, { path, format }: Output): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(resultLines(store, id, format)), createWriteStream(temporary, { flush: true }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
