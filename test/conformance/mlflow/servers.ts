/** Servers that MLflow's client talks to, on free ports of the loopback address: Osler's, and MLflow's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '../../../src/config/environment.ts';
import { start } from '../../command.ts';
import { peer } from '../venv.ts';

/** What the suite and the benchmark are measured against. */
export const MLFLOW = ['mlflow==3.17.2', 'onnx==1.23.2', 'onnxruntime==1.31.1', 'psycopg2-binary==2.9.13'];

export interface RunningServer {
  url: string;
  process: ChildProcess;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function startOsler(
  home: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<RunningServer> {
  const child = start(home, ['server', '--port', '0', '--json', ...args], { env });
  let output = '';
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  for await (const chunk of child.stdout!.setEncoding('utf8')) {
    output += chunk;
    if (output.includes('"url"') && output.trimEnd().endsWith('}')) break;
  }
  if (!output.includes('"url"')) throw new Error(`osler server did not start:\n${errors}`);
  child.stdout!.resume();
  const { url } = JSON.parse(output) as { url: string };
  return { url, process: child, stop: () => stop(child) };
}

/** @param store SQLAlchemy's address of its database. */
export async function startMlflow(folder: string, store: string, workers = 1): Promise<RunningServer> {
  const python = await peer('mlflow', MLFLOW);
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'log');
  const args = [
    '-m',
    'mlflow',
    'server',
    '--backend-store-uri',
    store,
    '--artifacts-destination',
    join(folder, 'artifacts'),
  ];
  const child = spawn(
    'sh',
    [
      '-c',
      `exec "$@" >${log} 2>&1`,
      'sh',
      python,
      ...args,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--workers',
      String(workers),
    ],
    {
      cwd: folder,
      stdio: 'ignore',
      // In a group of its own: the server starts others, which must end with it.
      detached: true,
      env: childEnvironment({ ...QUIET, PATH: `${dirname(python)}:${childEnvironment().PATH}` }),
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + PATIENCE_MS;
  while (
    !(await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      killGroup(child, 'SIGKILL');
      throw new Error(`mlflow server did not start:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
    }
    await sleep(200);
  }
  return {
    url,
    process: child,
    stop: async () => {
      killGroup(child, 'SIGTERM');
      await Promise.race([ended(child), sleep(10_000)]);
      killGroup(child, 'SIGKILL');
    },
  };
}

/** MLflow's client asks nobody else, and waits for no retries. */
export const QUIET = {
  GIT_PYTHON_REFRESH: 'quiet',
  MLFLOW_DISABLE_TELEMETRY: 'true',
  DO_NOT_TRACK: 'true',
  MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
  PYTHONDONTWRITEBYTECODE: '1',
};

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await ended(child);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
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
