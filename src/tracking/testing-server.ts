import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
  method: string;
  path: string;
  body: Buffer;
}

export type Answer = { status?: number; json?: unknown; headers?: Record<string, string> } | 'never' | 'hang up';

/** A server on a free port of the loopback address that answers as told, and remembers what it was asked. */
export async function fakeServer(
  answer: (seen: Seen, request: IncomingMessage) => Answer,
): Promise<{ uri: string; seen: Seen[]; [Symbol.asyncDispose](): Promise<void> }> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const one = { method: request.method!, path: request.url!, body: Buffer.concat(parts) };
    seen.push(one);
    const said = answer(one, request);
    if (said === 'never') return;
    if (said === 'hang up') return request.socket.destroy();
    response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
    response.end(JSON.stringify(said.json ?? {}));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
