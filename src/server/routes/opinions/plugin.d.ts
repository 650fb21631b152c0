import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Opinions } from '../../../pipeline/opinions/opinions.ts';
/** Models asked by themselves: which there are, what is known of them, and what they say of an image. */
export declare function opinionRoutes(opinions: Opinions): FastifyPluginAsyncZod;
