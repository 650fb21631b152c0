import type { ServerOptions } from 'node:http';
import type { ServerOptions as SecureServerOptions } from 'node:https';
import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { processEnvironment } from '../config/environment.ts';
import { ServerConfig } from '../security/config.ts';
import { type Gate, openOnLoopback } from '../security/gate.ts';
import { registerAccess } from './plugins/access.ts';
import { registerBodyTime } from './plugins/body-time.ts';
import { registerCors } from './plugins/cors.ts';
import { type CertificateInUse, followCertificate, tlsOptions } from './plugins/tls.ts';
import type { About } from './routes/about/contract.ts';
import { sessionRoutes } from './routes/session/routes.ts';

/** What guards a server; `unconfigured` where nobody says otherwise. */
export interface SecurityOptions {
  gate: Gate;
  /** Of `tls` in the configuration, read. */
  certificate: CertificateInUse | null;
  /** Of the page's client at the identity provider. */
  clientSecret?: string | undefined;
}

/** Requests of this machine, nobody asked: other machines are refused by their address, whatever is listened on. */
export function unconfigured(): SecurityOptions {
  return { gate: openOnLoopback(ServerConfig.parse({}), processEnvironment().user), certificate: null };
}

/** What the page is told of signing in. */
export function signInOf(security: SecurityOptions | undefined): About['auth'] {
  const gate = security?.gate;
  return { required: gate?.mode === 'asks', methods: [...(gate?.methods ?? [])] };
}

/** How long a server waits for what a client has yet to send. Node looks for the late ones at an interval. */
export function transportOf({
  gate,
  certificate,
}: SecurityOptions): { http: ServerOptions } | { https: SecureServerOptions } {
  const { headSeconds } = gate.config.limits;
  const waits = { headersTimeout: headSeconds * 1_000, connectionsCheckingInterval: 2_000 };
  if (certificate === null) return { http: waits };
  return { https: { ...waits, handshakeTimeout: headSeconds * 1_000, ...tlsOptions(certificate.current) } };
}

/** Hooks that every request passes before its route, and the routes to sign in by. Comes before all routes. */
export async function registerSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  const { gate, certificate, clientSecret } = options;
  const { limits, origins, tls, authentication } = gate.config;
  app.server.maxConnections = limits.connections;
  if (certificate !== null && tls !== null) followCertificate(app, tls, certificate);
  // Only parsed where somebody looks.
  await app.register(cookie, { hook: false });
  await registerCors(app, origins);
  await registerAccess(app, gate);
  registerBodyTime(app, limits.bodySeconds);
  await app.register(sessionRoutes(gate));
  const { tokens, access } = gate;
  if (gate.methods.includes('oidc') && tokens !== null && access !== null) {
    const { providerRoutes } = await import('./routes/session/provider.ts');
    const hours = authentication.sessionHours;
    await app.register(providerRoutes({ tokens, access, hours, clientSecret }));
  }
}
