/** Signing in to the page. */
import { z } from 'zod';
import { PERMISSIONS } from '../../../security/permission.ts';

export const SignIn = z.strictObject({ key: z.string().min(1).max(200).describe('An API key.') });

export const SignedIn = z.object({
  name: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  expiresAt: z.iso.datetime().describe('When one has to sign in again.'),
});
export type SignedIn = z.infer<typeof SignedIn>;

/** A place in the page: a path of this server, never another one's. */
export const ProviderQuery = z.object({
  to: z
    .string()
    .max(2_000)
    .regex(/^\/(?![/\\])[^\\\s]*$/)
    .default('/')
    .describe('Where the page goes on after signing in.'),
});
