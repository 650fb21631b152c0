import createClient from 'openapi-fetch';
import { faultOf, offline } from './fault.ts';
import type { paths } from './schema.d.ts';

/** The server's routes, typed by its OpenAPI document (`node web/openapi/api.ts` writes schema.d.ts). */
export const api = createClient<paths>({ baseUrl: '' });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a route answered. Throws a Fault for anything else. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown): never => {
    throw offline(cause);
  });
  if (response.ok) return data as T;
  throw faultOf(response, error);
}
