import { relative } from 'node:path';
import type { Command } from 'commander';
import { checkVacant } from '../bundle/write.ts';
import { processEnvironment } from '../config/environment.ts';
import { openDataset } from '../data/dataset.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import { exportRun } from '../pipeline/export-run.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { outputFolder } from '../store/output.ts';
import { bundleDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { foldOf } from '../training/training-dataset.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

interface Options {
  name?: string;
  out?: string;
}

export function register(program: Command, ctx: Context): void {
  program
    .command('export')
    .description("Turn a run's best network into a signed bundle: ONNX graph, preprocessing, labels, operating point.")
    .argument('<run>', 'id, beginning of an id, name, or latest')
    .option('--name <name>', "the bundle's name in OSLER_HOME/bundles (default: the run's name and id)")
    .option('--out <dir>', "the bundle's folder, instead of one in OSLER_HOME/bundles")
    .addHelpText(
      'after',
      `
Compares ONNX Runtime with the training engine on real validation samples first: probabilities that differ by more than 0.0001
end the export, and nothing is written. What the bundle decides by (calibration, operating point, conformal sets, limits for unlike
images) and its metrics come from the run's evaluation on its test split, or are computed now.

Examples:
  osler export latest
  osler export 3f2a9c --name lesions
  osler predict lesions photos/`,
    )
    .action((ref: string, options: Options) => run(ref, options, ctx));
}

async function run(ref: string, options: Options, { out, home, databaseUrl, signal }: Context): Promise<void> {
  if (options.name !== undefined && options.out !== undefined) throw new OslerError('USAGE', 'Choose --name or --out.');
  if (options.name !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(options.name)) {
    throw new OslerError('USAGE', `"${options.name}" cannot be a bundle's name.`, {
      hint: 'Letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    });
  }
  const chosen = options.out === undefined ? undefined : await outputFolder(options.out, '--out');
  if (chosen !== undefined) checkVacant(chosen);
  await using store = await openStore(home, databaseUrl);
  const record = await store.runs.get(ref);
  const version = `${record.dataset.name}@${record.dataset.version}`;
  const dataset = foldView(await openDataset(home, version), foldOf(record));
  const name = options.name ?? `${plain(record.name)}-${record.id.slice(0, 8)}`;
  const folder = chosen ?? bundleDir(home, name);
  if (record.status !== 'finished') out.warn(`The run is ${record.status}; its best checkpoint so far is exported.`);
  out.log(
    `run ${record.name} (${record.id.slice(0, 8)}): ${record.model.name} on ${record.dataset.name}@${record.dataset.version}`,
  );
  const { bundle, parity } = await exportRun(record, dataset, {
    home,
    out: folder,
    version: processEnvironment().version,
    onStep: (text) => out.log(`${pc.green('✓')} ${text}`),
    onProgress: out.progress,
    signal,
  });
  const { stamps, leaks } = bundle.manifest;
  for (const stamp of stampWords(stamps, leaks)) out.warn(`Stamped ${stamp}.`);
  out.line(`bundle ${pc.cyan(relative(process.cwd(), bundle.dir) || bundle.dir)}`);
  out.json({
    bundle: bundle.dir,
    maxDifference: parity.maxDifference,
    samples: parity.samples,
    run: record.id,
    key: bundle.signer.keyId,
    stamps,
    leaks,
  });
}

/** A run's name as a folder's. */
function plain(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 80) || 'run'
  );
}
