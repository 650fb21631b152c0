/** What the page asks first: which server this is, and who asks. */
import { z } from 'zod';
import { PERMISSIONS } from '../../../security/permission.ts';

/** Parts of the page, in the order of its navigation. */
export const ROOMS = ['home', 'predict', 'jobs', 'datasets', 'experiments', 'models', 'deployments'] as const;
export type Room = (typeof ROOMS)[number];

export const About = z.object({
  version: z.string(),
  rooms: z.array(z.enum(ROOMS)).describe('Parts of the page that this server has routes for.'),
  user: z
    .object({ name: z.string(), permissions: z.array(z.enum(PERMISSIONS)) })
    .nullable()
    .describe('Who asks; null before signing in.'),
  auth: z.object({
    required: z.boolean().describe('Whether one must sign in to see anything.'),
    methods: z.array(z.enum(['key', 'oidc'])).describe('Ways to do so.'),
  }),
});
export type About = z.infer<typeof About>;
