import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** A fresh database: empty, or a copy of the one at the address `like`, which nobody may have open. */
  database(like?: string): Promise<string>;
  /** Stops at once, as a crash would, and starts again. */
  restart(): void;
  /** The two halves of it. */
  halt(): void;
  start(): void;
  stop(): void;
}

/** Debian's PostgreSQL, newest version; undefined where there is none. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/**
 * A real server in a temporary folder, on a free port of the loopback address. Stopped and removed by `stop`.
 * @param options for benchmarks. `durable`: with the server's own settings; tests do without waiting for the disk. `local`: addresses are
 * those of its Unix socket.
 */
export async function startPostgres(
  programs: string,
  options: { durable?: boolean; local?: boolean } = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'osler-postgres-'));
  // The server refuses to run as root; Debian's package makes a user for it.
  const asRoot = userInfo().uid === 0;
  const owner = asRoot ? ids('postgres') : undefined;
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const run = (program: string, ...args: string[]): void => {
    execFileSync(join(programs, program), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...owner });
  };
  const data = join(folder, 'data');
  run('initdb', '--pgdata', data, '--username', 'osler', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync');
  const port = await freePort();
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder}${options.durable === true ? '' : ' -c fsync=off'}`;
  const start = (): void =>
    run('pg_ctl', '--pgdata', data, '--wait', '--log', join(folder, 'log'), '-o', settings, 'start');
  const halt = (): void => run('pg_ctl', '--pgdata', data, '--wait', '--mode', 'immediate', 'stop');
  start();
  const where = options.local === true ? `?host=${encodeURIComponent(folder)}` : '';
  const url = (name: string): string => `postgresql://osler@127.0.0.1:${port}/${name}${where}`;
  // By files, where there is a choice: where nothing waits for the disk, several times as fast as through the log.
  const copying = Number(basename(dirname(programs))) >= 15 ? ' strategy file_copy' : '';
  let made = 0;
  return {
    async database(like) {
      const name = `test_${++made}`;
      const template = like === undefined ? 'template1' : new URL(like).pathname.slice(1);
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      try {
        await client.query(`create database ${name} template ${template}${copying}`);
      } finally {
        await client.end();
      }
      return url(name);
    },
    restart() {
      halt();
      start();
    },
    halt,
    start,
    stop() {
      halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ids(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
