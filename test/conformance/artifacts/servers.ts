/** Local servers of S3's and Google's protocols, from PyPI, and a wire to them that breaks when it is told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { peer } from '../venv.ts';

export interface ObjectServer {
  endpoint: string;
  port: number;
  stop(): Promise<void>;
}

const PACKAGES = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5', 'gcp-storage-emulator==2026.7.19'];

/** With a bucket called `osler`. */
export async function startObjectServer(kind: 's3' | 'gs'): Promise<ObjectServer> {
  const python = await peer('objects', PACKAGES);
  const port = await freePort();
  const args =
    kind === 's3'
      ? ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]
      : [
          '-m',
          'gcp_storage_emulator',
          'start',
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
          '--in-memory',
          '--default-bucket',
          'osler',
        ];
  const child = spawn(python, args, { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(endpoint, child);
  if (kind === 's3') await fetch(`${endpoint}/osler`, { method: 'PUT' });
  return {
    endpoint,
    port,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && child.exitCode === null; await sleep(100)) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`no server at ${url}`);
}

export interface Wire {
  endpoint: string;
  /** Bytes that went to the server. */
  sent: number;
  /** The wire breaks after so many more bytes to the server, for good, until it is set again. */
  allow(bytes: number): void;
  close(): void;
}

/** A TCP proxy before a server. */
export async function startWire(port: number): Promise<Wire> {
  let left = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (left <= 0) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      left -= chunk.length;
      wire.sent += chunk.length;
      if (left <= 0) for (const socket of sockets) socket.destroy();
      else if (!upstream.write(chunk)) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
    });
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire: Wire = {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    sent: 0,
    allow(bytes) {
      left = bytes;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return wire;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
