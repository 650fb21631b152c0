import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { childEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface DemoOptions {
  serve: boolean;
  port: string;
  count: string;
}

export function register(program: Command, context: Context): void {
  program
    .command('demo')
    .description(
      'The main job on embedded data: drawn skin lesions, a trained network, its evaluation, a bundle, a server.',
    )
    .option('--no-serve', 'end after the bundle is written instead of serving it')
    .option('--port <n>', 'port of the server at the end', '8080')
    .option('--count <n>', 'how many phantom images to draw', '1600')
    .addHelpText(
      'after',
      `
Examples:
  osler demo                     all steps, then the page at http://127.0.0.1:8080
  osler demo --no-serve          all steps, then end
  osler demo --no-serve --json   the same for scripts

Each step prints the command that does it; you can run any of them by hand.
The images are drawn by this program (see osler data phantom --help): nothing here is fit for clinical use.`,
    )
    .action((options: DemoOptions) => demo(options, context));
}

async function demo(options: DemoOptions, context: Context): Promise<void> {
  const started = performance.now();
  const folder = join(context.home, 'demo');
  const steps = options.serve ? 6 : 5;
  const step = async (n: number, title: string, args: string[]): Promise<unknown> => {
    announce(context, `${n}/${steps}`, title, args);
    return run(args, context);
  };

  await step(1, 'Draw skin lesions: images, masks, patients', [
    'data',
    'phantom',
    '--count',
    options.count,
    '--out',
    folder,
  ]);
  await step(2, 'Import them: hash, check, split by patient', ['data', 'import', folder, '--name', 'demo']);
  const trained = (await step(3, 'Train EfficientNet-B0 from scratch', ['train', 'demo', 'dataset=demo'])) as {
    run: string;
    best: { epoch: number; metric: string; value: number };
    seconds: number;
    imagesPerSecond: number;
  };
  const evaluated = (await step(4, 'Evaluate it once on the test split', ['evaluate', trained.run])) as {
    metrics: Record<string, { value: number; low: number; high: number }>;
    report: string;
  };
  const exported = (await step(5, 'Export to ONNX, check against the engine, sign', ['export', trained.run])) as {
    bundle: string;
    maxDifference: number;
  };

  const seconds = (performance.now() - started) / 1000;
  const { auroc } = evaluated.metrics;
  context.out.line();
  context.out.line(`${pc.green('Done')} in ${Math.round(seconds)} s.`);
  if (auroc) {
    const interval = `95% interval ${auroc.low.toFixed(3)} to ${auroc.high.toFixed(3)}`;
    context.out.line(`  test AUROC  ${pc.bold(auroc.value.toFixed(3))} (${interval})`);
  }
  context.out.line(`  report      ${shown(evaluated.report)}`);
  context.out.line(`  bundle      ${shown(exported.bundle)}`);
  const example = join(folder, 'images');
  if (existsSync(example)) {
    context.out.line(
      `  predict     ${command(['predict', exported.bundle, example, '--heatmap', join(folder, 'heatmaps')])}`,
    );
  }
  context.out.json({
    ...trained,
    metrics: evaluated.metrics,
    report: evaluated.report,
    ...exported,
    totalSeconds: seconds,
  });
  if (!options.serve) {
    context.out.line(`  serve       ${command(['serve', '--bundle', exported.bundle])}`);
    return;
  }
  const serve = ['serve', '--bundle', exported.bundle, '--port', options.port];
  announce(context, `6/${steps}`, `Serve it: drop an image from ${shown(example)} on the page`, serve);
  await run(serve, context, { stream: true });
}

function announce(context: Context, position: string, title: string, args: string[]): void {
  context.out.log(`\n${pc.bold(pc.cyan(position))} ${pc.bold(title)}\n    ${pc.dim('$')} ${command(args)}`);
}

function command(args: string[]): string {
  return `./osler ${args.map(shown).join(' ')}`;
}

function shown(path: string): string {
  const short = path.startsWith('/') ? relative(process.cwd(), path) : path;
  return short !== '' && short.length < path.length && !short.startsWith('../..') ? short : path;
}

/** Runs one verb as a process of its own, exactly as a person would, and returns its JSON document. */
function run(args: string[], context: Context, options: { stream?: boolean } = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, MAIN, ...args, ...(options.stream ? [] : ['--json'])], {
      stdio: ['ignore', options.stream ? 'inherit' : 'pipe', 'inherit'],
      env: childEnvironment({ OSLER_HOME: context.home }),
    });
    // Ctrl-C reaches the child through the terminal's process group; a signal sent to this process alone does not.
    const forward = (): void => void child.kill('SIGTERM');
    if (!process.stdin.isTTY) context.signal.addEventListener('abort', forward, { once: true });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      context.signal.removeEventListener('abort', forward);
      if (code === 0) return resolve(options.stream ? undefined : JSON.parse(text));
      if (code === 130 || context.signal.aborted)
        return reject(new OslerError('INTERRUPTED', 'The demo was interrupted.'));
      reject(
        new OslerError('INTERNAL', `This step failed (${signal ?? `exit code ${code}`}): ${command(args)}`, {
          hint: 'Its own message stands above; run that command by hand to try again.',
        }),
      );
    });
  });
}
