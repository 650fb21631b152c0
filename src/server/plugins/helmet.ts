import type { FastifyHelmetOptions } from '@fastify/helmet';

const HALF_A_YEAR = 15_552_000;

/** Headers that keep a page to its own: nothing from elsewhere, no frames, no guessing of types. `secure`: over TLS, and never again without. */
export function helmetOptions(secure: boolean): FastifyHelmetOptions {
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
