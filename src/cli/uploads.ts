import { readFile, writeFile } from 'node:fs/promises';
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
    .option('--all', 'everything that is kept')
    .addHelpText('after', '\nExamples:\n  osler uploads purge\n  osler uploads purge --all')
    .action((options: { all?: boolean; config?: string }) => purge(options, ctx));
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
  { to, reason, config: file }: { to: string; reason: string; config?: string },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  if (reason.trim() === '') throw new OslerError('USAGE', 'Say why, for the audit trail.');
  const { overrides, uploadKey } = serverEnvironment();
  const { uploads } = loadServerConfig(home, { file, overrides });
  const texts = await Promise.all((uploads?.keyFiles ?? []).map((path) => readFile(path, 'utf8')));
  const keys = keysFromText(uploadKey === undefined ? texts : [...texts, uploadKey]);
  const folder = uploadsDir(home);
  const names = new Set((await listUploads(folder)).map((one) => one.image).filter((name) => name.startsWith(image)));
  if (names.size > 1) throw new OslerError('USAGE', `"${image}" is the beginning of ${names.size} kept images.`);
  const name = [...names][0] ?? image;
  const bytes = await readUpload(folder, name, keys);
  await using store = await openStore(home, databaseUrl);
  // Told before it can be looked at.
  await store.trail.append({ ...actor(), what: 'upload.read', subject: `upload ${name}`, why: reason });
  await writeFile(to, bytes, { flag: 'wx', mode: 0o600 });
  out.json({ image: name, file: to, bytes: bytes.length });
  out.line(`${pc.cyan(name.slice(0, 16))} → ${to} (${bytes.length} bytes)`);
}

async function purge({ all, config: file }: { all?: boolean; config?: string }, { out, home }: Context): Promise<void> {
  const { uploads } = loadServerConfig(home, { file, overrides: serverEnvironment().overrides });
  if (uploads === null && !all) {
    throw new OslerError('USAGE', 'There is no policy for kept images in server.yaml.', {
      hint: 'osler uploads purge --all removes what was kept before.',
    });
  }
  const before = all ? Number.POSITIVE_INFINITY : Date.now() - uploads!.days * DAY_MS;
  const removed = await purgeBefore(uploadsDir(home), before);
  out.json({ removed });
  out.line(`${removed} images removed`);
}
