import type { FastifyHelmetOptions } from '@fastify/helmet';

/** Headers that keep a page to its own: nothing from elsewhere, no frames, no guessing of types. */
export const HELMET: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      // Mantine sets its variables, and the API page its widths, in style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      // Served on plain HTTP on loopback: there is nothing to upgrade to.
      upgradeInsecureRequests: null,
    },
  },
  strictTransportSecurity: false,
};
