import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Connections on which nobody has asked anything yet, as browsers open them beforehand, keep no server from closing: Node holds them for
 * neither busy nor idle, and would wait until they are late.
 */
export function closeSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  const hear = (socket: Socket): void => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  };
  // Over TLS the socket that requests come by is another than the one that was accepted.
  app.server.on('setSecureContext' in app.server ? 'secureConnection' : 'connection', hear);
  app.server.on('request', ({ socket }) => silent.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy();
  });
}
