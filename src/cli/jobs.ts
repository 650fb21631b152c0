import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { jobTargetName } from '../pipeline/jobs/begin.ts';
import { cancelJob, deleteJob } from '../pipeline/jobs/end.ts';
import { idleJobs } from '../pipeline/jobs/idle.ts';
import { RESULT_FORMATS, resultLines } from '../pipeline/jobs/results.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { jobDocument, jobLines, paintState, stateWords } from './jobs-output.ts';
import { register as registerWork } from './jobs-work.ts';
import { shortTime, time } from './models-output.ts';
import { tableLines } from './table.ts';

export function register(program: Command, ctx: Context): void {
  const jobs = program
    .command('jobs')
    .description('Scoring jobs: those of osler score, and those that were sent to a server.')
    .addHelpText(
      'after',
      '\nExamples:\n  osler jobs list\n  osler jobs show latest\n  osler jobs result 3fa9 --format csv',
    );
  jobs
    .command('list')
    .description('all jobs, newest first')
    .addHelpText('after', '\nExamples:\n  osler jobs list\n  osler jobs list --json')
    .action(() => list(ctx));
  jobs
    .command('show')
    .description('how a job stands')
    .argument('<job>', 'its id, the beginning of it, or latest')
    .addHelpText('after', '\nExamples:\n  osler jobs show latest')
    .action((job: string) => show(job, ctx));
  jobs
    .command('result')
    .description('the answers of a job, those that there are, on standard output')
    .argument('<job>', 'its id, the beginning of it, or latest')
    .option('--format <format>', RESULT_FORMATS.join(' or '), 'jsonl')
    .addHelpText('after', '\nExamples:\n  osler jobs result latest --format csv > answers.csv')
    .action((job: string, { format }: { format: string }) => result(job, format, ctx));
  jobs
    .command('cancel')
    .description('end a job; what is done of it is kept')
    .argument('<job>', 'its id, the beginning of it, or latest')
    .addHelpText('after', '\nExamples:\n  osler jobs cancel 3fa9')
    .action((job: string) => cancel(job, ctx));
  jobs
    .command('delete')
    .description('forget a job with its answers; one that is under way is cancelled first')
    .argument('<job>', 'its id, or the beginning of it')
    .addHelpText('after', '\nExamples:\n  osler jobs delete 3fa9')
    .action((job: string) => forget(job, ctx));
  registerWork(jobs, ctx);
}

async function list({ out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const all = await store.jobs.list();
  const idle = await idleJobs(store, all);
  out.json(all.map((job) => jobDocument(job, idle.has(job.id))));
  if (all.length === 0) return out.line('There is no job yet: osler score --help');
  const lines = tableLines(all, [
    { title: 'job', cell: ({ id }) => id.slice(0, 12), paint: pc.cyan },
    {
      title: 'state',
      cell: (job) => stateWords(job, idle.has(job.id)),
      paint: (words, job) => paintState(job, idle.has(job.id), words),
    },
    { title: 'done', cell: ({ done, total }) => `${done} of ${total}`, align: 'right' },
    { title: 'errors', cell: ({ failed }) => (failed === 0 ? '' : String(failed)), align: 'right' },
    { title: 'model', cell: jobTargetName },
    { title: 'since', cell: ({ createdAt, who }) => `${shortTime(time(createdAt))} by ${who}` },
    { title: 'name', cell: ({ name }) => name, max: 40 },
  ]);
  for (const line of lines) out.line(line);
}

async function show(reference: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const job = await store.jobs.get(reference);
  const idle = (await idleJobs(store, [job])).has(job.id);
  out.json(jobDocument(job, idle));
  for (const line of jobLines(job, idle)) out.line(line);
}

async function result(reference: string, said: string, { out, home, databaseUrl }: Context): Promise<void> {
  const format = RESULT_FORMATS.find((one) => one === said);
  if (format === undefined) throw new OslerError('USAGE', `--format ${said} is none of ${RESULT_FORMATS.join(', ')}.`);
  await using store = await openStore(home, databaseUrl);
  const { id, done, total } = await store.jobs.get(reference);
  if (done < total) out.warn(`Only ${done} of ${total} are done.`);
  if (out.asJson) {
    const rows: unknown[] = [];
    for await (const line of resultLines(store, id, 'jsonl')) rows.push(JSON.parse(line));
    return out.json(rows);
  }
  await pipeline(Readable.from(resultLines(store, id, format)), process.stdout, { end: false });
}

async function cancel(reference: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const job = await cancelJob(store, reference);
  out.json(jobDocument(job));
  for (const line of jobLines(job)) out.line(line);
}

async function forget(reference: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const { id } = await deleteJob(store, reference);
  out.json({ deleted: id });
  out.line(`Job ${id.slice(0, 12)} is forgotten, with its answers.`);
}
