import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { compareDeployment, giveFeedback } from '../pipeline/deployments/feedback.ts';
import { replayPrediction } from '../pipeline/deployments/replay.ts';
import type { VariantQuality } from '../serving/deployments/compare.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { tableLines } from './table.ts';

export function register(deploy: Command, ctx: Context): void {
  deploy
    .command('compare')
    .description('what feedback says of the variants, with intervals and a test that may be looked at at any time')
    .argument('<name>')
    .option('--against <variant>', 'the one that others are tested against (default: the largest live one)')
    .option('--since <time>', 'answers since then alone, ISO 8601')
    .addHelpText(
      'after',
      '\nExamples:\n  osler deploy compare derma\n  osler deploy compare derma --since 2026-03-01T00:00Z',
    )
    .action((name: string, options: { against?: string; since?: string }) => compare(name, options, ctx));
  deploy
    .command('feedback')
    .description('say what turned out to be true of a prediction')
    .argument('<prediction>', "the answer's requestId")
    .argument('<label>', 'the true class')
    .addHelpText('after', '\nExamples:\n  osler deploy feedback 68d24468-0674-46d8-8891-b75ea2c2d3be malignant')
    .action(async (prediction: string, label: string) => {
      await using store = await openStore(ctx.home, ctx.databaseUrl);
      const entries = await giveFeedback(store, { prediction, label, who: actor().who });
      ctx.out.json({
        prediction,
        label,
        variants: entries.map(({ variant, answer }) => ({ variant, label: answer!.label })),
      });
      for (const { variant, answer } of entries) {
        ctx.out.line(
          `${variant} said ${answer!.label}: ${answer!.label === label ? pc.green('right') : pc.red('wrong')}`,
        );
      }
    });
  deploy
    .command('replay')
    .description('predict a logged image again with the bundle that answered then, and compare')
    .argument('<prediction>', "the answer's requestId")
    .argument('<image>', 'the very file that was predicted')
    .addHelpText('after', '\nExamples:\n  osler deploy replay 68d24468-0674-46d8-8891-b75ea2c2d3be lesion.jpg')
    .action((prediction: string, image: string) => replay(prediction, image, ctx));
}

async function compare(
  name: string,
  { against, since }: { against?: string; since?: string },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  const from = since === undefined ? undefined : Date.parse(since);
  if (Number.isNaN(from))
    throw new OslerError('USAGE', `--since ${since} is no moment.`, { hint: 'Like 2026-03-01T12:00Z.' });
  await using store = await openStore(home, databaseUrl);
  const found = await compareDeployment(store, name, {
    ...(against === undefined ? {} : { against }),
    ...(from === undefined ? {} : { since: from }),
  });
  out.json(found);
  const shown =
    (key: 'accuracy' | 'sensitivity' | 'specificity') =>
    (one: VariantQuality): string => {
      const share = one[key];
      return share === null ? '' : measured(share);
    };
  const lines = tableLines(found.variants, [
    { title: 'variant', cell: ({ variant }) => variant, paint: pc.cyan },
    { title: 'version', cell: ({ version }) => version ?? '' },
    { title: 'labelled', cell: ({ labelled }) => String(labelled), align: 'right' },
    { title: 'keys', cell: ({ units }) => String(units), align: 'right' },
    { title: 'accuracy', cell: shown('accuracy') },
    { title: 'sensitivity', cell: shown('sensitivity') },
    { title: 'specificity', cell: shown('specificity') },
    { title: 'AUROC', cell: ({ auroc }) => (auroc === null ? '' : measured(auroc)) },
  ]);
  for (const line of lines) out.line(line);
  out.line(
    pc.dim(
      "95% intervals hold however often they are looked at, the AUROC's (DeLong) for one look; the first answer of each key counts.",
    ),
  );
  for (const { words, verdict } of found.tests) out.line(verdict === 'undecided' ? words : pc.bold(words));
}

function measured({ value, low, high }: { value: number; low: number | null; high: number | null }): string {
  const interval = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return `${value.toFixed(3)}${interval}`;
}

async function replay(id: string, file: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const replayed = await replayPrediction(store, id, await imageBytes(file));
  out.json(
    replayed.map(({ entry, answer, same, maxDifference }) => ({
      variant: entry.variant,
      model: `${entry.model}@${entry.version}`,
      same,
      maxDifference,
      logged: entry.answer,
      answer,
    })),
  );
  for (const { entry, same, maxDifference } of replayed) {
    const verdict = same ? pc.green('the same answer') : pc.red('another answer');
    out.line(
      `${pc.cyan(entry.variant)} (${entry.model}@${entry.version}, ${entry.role}): ${verdict}, ${entry.answer!.label}; probabilities differ by at most ${maxDifference.toExponential(1)}`,
    );
  }
  if (!replayed.every(({ same }) => same)) {
    throw new OslerError('NOT_REPRODUCED', 'The answer is not the one that was given then.');
  }
}

async function imageBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new OslerError('NOT_FOUND', `There is no file ${file}.`, { cause });
    throw new OslerError('IMAGE_UNREADABLE', `${file} cannot be read: ${cause.code ?? cause.message}.`, { cause });
  });
}
