/** A client for an Osler server, for Node and browsers: typed, without dependencies. */
export type { Asked, Reason } from './deployments.ts';
export { OslerError } from './error.ts';
export type { CallOptions, ClientOptions } from './http.ts';
export type { Image } from './image.ts';
export type { JobFile, NewJob } from './jobs.ts';
export { Osler, type PredictOptions } from './osler.ts';
export type { RunsOptions } from './runs.ts';
export type * from './types.ts';
