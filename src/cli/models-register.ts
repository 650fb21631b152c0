import type { Command } from 'commander';
import { type Bundle, findBundle, openBundle } from '../bundle/open.ts';
import { processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { bundleOfRun, registerWithRun } from '../pipeline/registering/register-run.ts';
import { unlikeBefore } from '../registry/classes.ts';
import { checkModelName, findVersion, parseVersionRef, versionName } from '../registry/names.ts';
import { trustedKeys } from '../registry/trust.ts';
import { stampWords } from '../store/leak-stamp.ts';
import type { RunRecord } from '../store/run.ts';
import { openStore, type Store } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { versionDocument } from './models-output.ts';
import { collect } from './options.ts';

interface Options {
  name: string;
  description?: string;
  reason?: string;
  parent?: string;
  tag: Record<string, string>;
  trust: string[];
}

export function register(models: Command, ctx: Context): void {
  models
    .command('register')
    .description('make a run or a bundle the next version of a model')
    .argument('<what>', 'a run (id, beginning of it, name, latest) or a bundle (folder, or name in OSLER_HOME/bundles)')
    .requiredOption('--name <model>', 'the registered model; made when there is none of that name')
    .option('--description <text>', 'words for people')
    .option('--reason <text>', 'why, for the audit trail')
    .option('--parent <version>', 'the registered version that it was made from: skin@3')
    .option('--tag <key=value>', 'a tag; may be given again', tag, {})
    .option('--trust <key>', 'take a bundle that this key signed (16 hex digits); may be given again', collect, [])
    .addHelpText(
      'after',
      `
A run is exported first (as osler export does): ONNX graph, parity with the engine, signature. The registry keeps a copy of the bundle
of its own, and signs the registration; every later load checks both. A version never changes; what was wrong is a new version.

Examples:
  osler models register latest --name skin
  osler models register 3f2a9c --name skin --description "more nevi" --parent skin@champion
  osler models register .osler/bundles/lesions --name skin --reason "first release"`,
    )
    .action((what: string, options: Options) => run(what, options, ctx));
}

async function run(what: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, artifacts } = ctx;
  // An export takes minutes.
  checkModelName(options.name);
  await using store = await openStore(home, databaseUrl, artifacts);
  if (options.parent !== undefined) await findVersion(store.registry, parseVersionRef(options.parent));
  const bundle = await bundleOf(what, store, ctx);
  const { keyId } = bundle.signer;
  if (!(await trustedKeys(home)).has(keyId) && !options.trust.includes(keyId)) {
    throw new OslerError('BUNDLE_ALTERED', `The bundle is signed by key ${keyId}, which this home does not trust.`, {
      hint: `If you know whose key that is: --trust ${keyId}, or a line in OSLER_HOME/keys/trusted.`,
    });
  }
  const { name, description, reason, parent } = options;
  const told = { name, description, reason, parent, tags: options.tag };
  const version = await registerWithRun(store, actor(), bundle, told);
  const { stamps, leaks } = bundle.manifest;
  for (const stamp of stampWords(stamps, leaks)) out.warn(`Stamped ${stamp}.`);
  const unlike = await unlikeBefore(store.registry, version);
  if (unlike !== null) out.warn(unlike);
  out.line(`registered ${pc.cyan(versionName(version))}, pending approval`);
  out.line(`  osler models approve ${versionName(version)} --reason "..."`);
  out.json(versionDocument(version));
}

/** A bundle that is there, or a run's, which is exported now. */
async function bundleOf(what: string, store: Store, { home, out, signal }: Context): Promise<Bundle> {
  let record: RunRecord;
  try {
    record = await store.runs.get(what);
  } catch (error) {
    if (!(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
    const dir = await findBundle(home, what).catch(() => {
      throw new OslerError('NOT_FOUND', `There is no run and no bundle "${what}".`, {
        hint: 'List the runs: osler runs list; a bundle is named by its folder.',
      });
    });
    return openBundle(dir);
  }
  return bundleOfRun(store, record, {
    version: processEnvironment().version,
    onStep: (text) => out.log(`${pc.green('✓')} ${text}`),
    onWarning: (text) => out.warn(text),
    onProgress: out.progress,
    signal,
  });
}

function tag(text: string, known: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0) return { ...known, [text.slice(0, at)]: text.slice(at + 1) };
  throw new OslerError('USAGE', `--tag ${text} is not KEY=VALUE.`);
}
