import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../src/config/environment.ts';

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The server in a process of its own, as people have it. */
export async function serve(home: string, databaseUrl?: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, 'server', '--port', '0', '--json'],
    {
      env: childEnvironment({ OSLER_HOME: home, OSLER_DATABASE_URL: databaseUrl ?? '' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  for await (const piece of child.stdout!) {
    out += piece;
    if (out.trimEnd().endsWith('}')) break;
  }
  return { child, url: (JSON.parse(out) as { url: string }).url };
}
