import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { deploymentTraffic, type VariantTraffic } from '../pipeline/deployments/traffic.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { shortTime, time } from './models-output.ts';
import { tableLines } from './table.ts';

export function register(deploy: Command, ctx: Context): void {
  deploy
    .command('record')
    .description('what variants answered: how many, how many failed, how long they took')
    .argument('<name>')
    .option('--hours <n>', 'of the last so many', hours, 24)
    .addHelpText(
      'after',
      '\nBeyond two days ago it is known by the hour. With --json in at most 120 stretches of time, each with its own figures.\n\nExamples:\n  osler deploy record derma\n  osler deploy record derma --hours 720 --json',
    )
    .action((name: string, options: { hours: number }) => record(name, options, ctx));
}

const HOUR = 3_600_000;

async function record(name: string, options: { hours: number }, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const to = Date.now();
  const { variants, ...stretch } = await deploymentTraffic(store, name, { from: to - options.hours * HOUR, to });
  out.json({ ...stretch, from: time(stretch.from), to: time(stretch.to), variants });
  if (variants.length === 0) return out.line(`${name} answered nothing since ${shortTime(time(stretch.from))}.`);
  const duration = (which: 'p50' | 'p95' | 'p99') => ({
    cell: ({ total: { latency } }: VariantTraffic) => (latency === null ? '' : `${latency[which].toFixed(1)} ms`),
    align: 'right' as const,
  });
  const lines = tableLines(variants, [
    { title: 'variant', cell: ({ variant }) => variant, paint: pc.cyan },
    { title: 'role', cell: ({ role }) => role },
    { title: 'answers', cell: ({ total }) => String(total.answers), align: 'right' },
    { title: 'failed (95% interval)', cell: failed },
    { title: 'median', ...duration('p50') },
    { title: '95% within', ...duration('p95') },
    { title: '99% within', ...duration('p99') },
  ]);
  for (const line of lines) out.line(line);
  out.line(pc.dim(`${shortTime(time(stretch.from))} to ${shortTime(time(stretch.to))}; durations within 5%`));
}

function failed({ total: { failures, failing } }: VariantTraffic): string {
  return failing === null ? '' : `${failures} (${percent(failing.low)} to ${percent(failing.high)})`;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

function hours(text: string): number {
  const value = Number(text);
  if (value >= 0.1 && value <= 9_600) return value;
  throw new OslerError('USAGE', `--hours ${text} is no number of hours from 0.1 to 9,600.`);
}
