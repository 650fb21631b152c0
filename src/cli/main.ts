import { Command, CommanderError } from 'commander';
import { processEnvironment, refuseTelemetry } from '../config/environment.ts';
import { errorBody, OslerError } from '../errors.ts';
import { checkHome } from '../store/output.ts';
import pc from './colours.ts';
import { type Context, makeContext } from './context.ts';
import { printable } from './printable.ts';
import { explainSystemError } from './system-error.ts';
import { VERBS } from './verbs.ts';

refuseTelemetry();
const controller = new AbortController();
let interrupted = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupted += 1;
    if (interrupted > 1) process.exit(130);
    controller.abort(new OslerError('INTERRUPTED', `Interrupted by ${name}.`));
  });
}
// A reader that closes its end (`| head`) ends the command, as SIGPIPE would: what it had to say was not all heard.
// What is said beside it may be lost, where a disk is full or nobody listens: that is no reason to end.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 141 : 1));

const argv = process.argv.slice(2);
const json = argv.includes('--json');
const env = processEnvironment();
const { home, databaseUrl, artifacts } = env;
const context = makeContext({ json, home, databaseUrl, artifacts, signal: controller.signal });

try {
  checkHome(context.home);
  await (await buildProgram(argv, context)).parseAsync(argv, { from: 'user' });
} catch (error) {
  process.exitCode = report(whatNext(explainSystemError(error)), context);
}

/** After Ctrl-C a person is told how to go on, also where nothing better is known than this. */
function whatNext(error: unknown): unknown {
  if (!(error instanceof OslerError) || error.code !== 'INTERRUPTED' || error.hint !== undefined) return error;
  const hint = 'Run the command again: what was half done is never taken for done.';
  return new OslerError('INTERRUPTED', error.message, { hint, cause: error });
}

async function buildProgram([verb, ...words]: readonly string[], ctx: Context): Promise<Command> {
  const program = new Command('osler')
    .description('A folder of medical images in, a validated prediction service out.')
    .version(env.version)
    .showHelpAfterError('(add --help for the options and examples)')
    .showSuggestionAfterError()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  throwInsteadOfExit(program);
  const known = verb === undefined ? undefined : VERBS[verb];
  if (known === undefined) {
    for (const [name, { summary }] of Object.entries(VERBS)) program.command(name).description(summary);
    program.command('test').description('run the tests: all, or the files named');
    program.command('bench').description('run a benchmark against a peer: osler bench NAME');
  } else {
    await (await known.load(words)).register(program, ctx, words);
  }
  program.commands.forEach(prepare);
  return program;
}

/** Every verb has `--json`, in the same words, and throws instead of ending the process. */
function prepare(command: Command): void {
  throwInsteadOfExit(command);
  if (command.commands.length === 0 && !command.options.some((o) => o.long === '--json')) {
    command.option('--json', 'print one JSON document on stdout; progress goes to stderr');
  }
  command.commands.forEach(prepare);
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
}

function report(error: unknown, ctx: Context): number {
  ctx.out.endBar();
  if (error instanceof CommanderError) {
    // Help that was asked for. Everything else the parser has explained on stderr already.
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '');
    ctx.out.json(errorBody(new OslerError('USAGE', message, { hint: '--help shows the options and examples.' })));
    return 2;
  }
  const known = error instanceof OslerError;
  // A result that was printed says what is wrong, or is whole: a second document could not be read with it.
  if (!ctx.out.answered) ctx.out.json(errorBody(error));
  const text = known ? error.message : ((error as Error)?.stack ?? String(error));
  process.stderr.write(`${pc.red('error')} ${printable(text)}\n`);
  if (known && error.hint !== undefined) process.stderr.write(`  ${pc.dim('→')} ${printable(error.hint)}\n`);
  return known ? error.exitCode : 1;
}
