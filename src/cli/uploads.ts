import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { serverEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { loadServerConfig } from '../security/config.ts';
import { listUploads, purgeBefore, readUpload } from '../security/keep/keeper.ts';
import { keysFromText } from '../security/keep/provider.ts';
import { uploadsDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { readSecret } from './serve-security.ts';
import { tableLines } from './table.ts';

const DAY_MS = 86_400_000;

export function register(program: Command, ctx: Context): void {
  const uploads = program
    .command('uploads')
    .description('Images that servers kept, encrypted, where `uploads` in server.yaml says so.')
    .addHelpText(
      'after',
      '\nExamples:\n  osler uploads list\n  osler uploads get 9f86d081 --to lesion.jpg --reason "case 12"',
    );
  uploads
    .command('list')
    .description('what is kept, by day; images by their sha256, as the prediction log has it')
    .addHelpText('after', '\nExamples:\n  osler uploads list\n  osler uploads list --json')
    .action(() => list(ctx));
  uploads
    .command('get')
    .description('decrypt one image; the audit trail tells who looked, and why')
    .argument('<image>', 'its sha256, or the beginning of it')
    .requiredOption('--to <file>', 'where it is written; must not be there yet')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--config <file>', 'instead of server.yaml in OSLER_HOME')
    .addHelpText('after', '\nExamples:\n  osler uploads get 9f86d081 --to lesion.jpg --reason "case 12"')
    .action((image: string, options: { to: string; reason: string; config?: string }) => get(image, options, ctx));
  uploads
    .command('purge')
    .description('remove what is older than the policy says, now; servers do every hour')
    .option('--config <file>', 'instead of server.yaml in OSLER_HOME')
    .option('--all', 'everything that is kept, whatever the policy says')
    .option('--reason <text>', 'why; with --all, kept in the audit trail')
    .addHelpText(
      'after',
      '\nExamples:\n  osler uploads purge\n  osler uploads purge --all --reason "the study has ended"',
    )
    .action((options: PurgeOptions) => purge(options, ctx));
}

async function list({ out, home }: Context): Promise<void> {
  const kept = await listUploads(uploadsDir(home));
  out.json(kept);
  if (kept.length === 0) return out.line('No image is kept.');
  const lines = tableLines(kept, [
    { title: 'day', cell: ({ day }) => day },
    { title: 'image', cell: ({ image }) => image.slice(0, 16), paint: pc.cyan },
    { title: 'bytes', cell: ({ bytes }) => String(bytes), align: 'right' },
  ]);
  for (const line of lines) out.line(line);
}

async function get(
  image: string,
  { to, reason, config }: { to: string; reason: string; config?: string },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  if (reason.trim() === '') throw new OslerError('USAGE', 'Say why, for the audit trail.');
  const { overrides, uploadKey } = serverEnvironment();
  const { uploads } = loadServerConfig(home, { file: config, overrides });
  const files = await Promise.all((uploads?.keyFiles ?? []).map(readSecret));
  const texts = uploadKey === undefined ? files : [...files, uploadKey];
  if (texts.length === 0) {
    throw new OslerError('KEY_MISSING', 'There is no key to open kept images with.', {
      hint: 'Name its file in uploads.keyFiles of server.yaml, or set OSLER_UPLOAD_KEY.',
    });
  }
  const keys = keysFromText(texts);
  const folder = uploadsDir(home);
  const names = new Set((await listUploads(folder)).map((one) => one.image).filter((name) => name.startsWith(image)));
  if (names.size > 1) throw new OslerError('USAGE', `"${image}" is the beginning of ${names.size} kept images.`);
  const name = [...names][0] ?? image;
  const bytes = await readUpload(folder, name, keys);
  await using store = await openStore(home, databaseUrl);
  const file = await newFile(to);
  try {
    // Told before it can be looked at, and not where it can't.
    await store.trail.append({ ...actor(), what: 'upload.read', subject: `upload ${name}`, why: reason });
    await file.writeFile(bytes);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  out.json({ image: name, file: to, bytes: bytes.length });
  out.line(`${pc.cyan(name.slice(0, 16))} → ${to} (${bytes.length} bytes)`);
}

/** For the account alone. Throws USAGE where it can't be made, or is there. */
async function newFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EEXIST'
        ? 'it is there already'
        : cause.code === 'ENOENT'
          ? 'its folder is not there'
          : cause.message;
    throw new OslerError('USAGE', `${path} can not be written: ${why}.`, { cause });
  });
}

interface PurgeOptions {
  all?: boolean;
  reason?: string;
  config?: string;
}

async function purge(
  { all = false, reason, config: file }: PurgeOptions,
  { out, home, databaseUrl }: Context,
): Promise<void> {
  const { uploads } = loadServerConfig(home, { file, overrides: serverEnvironment().overrides });
  if (uploads === null && !all) {
    throw new OslerError('USAGE', 'There is no policy for kept images in server.yaml.', {
      hint: 'osler uploads purge --all removes what was kept before.',
    });
  }
  const before = all ? Number.POSITIVE_INFINITY : Date.now() - uploads!.days * DAY_MS;
  if (all && (reason === undefined || reason.trim() === '')) {
    throw new OslerError('USAGE', 'Removing images that the policy keeps needs a reason, for the audit trail.', {
      hint: 'osler uploads purge --all --reason "the study has ended"',
    });
  }
  // First: where nothing can be told, nothing is removed.
  await using store = await openStore(home, databaseUrl);
  const removed = await purgeBefore(uploadsDir(home), before);
  const why = reason ?? `older than the ${uploads?.days} days of the policy`;
  if (removed > 0) {
    await store.trail.append({ ...actor(), what: 'upload.purge', subject: 'uploads', why, after: { removed } });
  }
  out.json({ removed });
  out.line(`${removed} images removed`);
}
