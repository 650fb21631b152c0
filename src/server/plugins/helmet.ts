import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const HALF_A_YEAR = 15_552_000;

/**
 * Headers that keep a page to its own: nothing from elsewhere, no frames, no guessing of types. `secure`: over TLS, and never again without.
 * Every answer has the same: they are written once, which for each answer took a tenth of a short one's time.
 */
export function registerHeaders(app: FastifyInstance, secure: boolean): void {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(optionsOf(secure))(request, response, () => undefined);
  const headers = response.getHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

function optionsOf(secure: boolean): HelmetOptions {
  return {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        // Mantine sets its variables, and the API page its widths, in style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        frameAncestors: ["'none'"],
        // On plain HTTP on loopback there is nothing to upgrade to.
        upgradeInsecureRequests: secure ? [] : null,
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: secure ? { maxAge: HALF_A_YEAR, includeSubDomains: false } : false,
  };
}
