import type { CallOptions, Http } from './http.ts';
import type { Deployment } from './types.ts';

/** For the audit trail. */
export interface Reason extends CallOptions {
  why?: string;
  /** Who acts, where the server asks nobody who they are. */
  who?: string;
}

export interface Asked extends Reason {
  live?: readonly { model: string; weight?: number }[];
  shadows?: readonly string[];
  sticky?: 'patient' | 'session' | 'request';
}

export class Deployments {
  private readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  async list(options: CallOptions = {}): Promise<Deployment[]> {
    return this.http.json('/v1/deployments', options);
  }

  async get(name: string, options: CallOptions = {}): Promise<Deployment> {
    return this.http.json(pathOf(name), options);
  }

  async create(name: string, { signal, ...asked }: Asked & { live: NonNullable<Asked['live']> }): Promise<Deployment> {
    return this.http.json('/v1/deployments', { method: 'POST', json: { name, ...asked }, ...(signal && { signal }) });
  }

  /** Puts another revision in force; what is not said stays. */
  async change(name: string, { signal, ...asked }: Asked): Promise<Deployment> {
    return this.http.json(pathOf(name), { method: 'PATCH', json: asked, ...(signal && { signal }) });
  }

  /** Begins a canary at the first of its steps. */
  async canary(
    name: string,
    model: string,
    { signal, ...reason }: Reason & { plan?: { steps?: readonly number[] } } = {},
  ): Promise<Deployment> {
    return this.http.json(`${pathOf(name)}/canary`, {
      method: 'POST',
      json: { model, ...reason },
      ...(signal && { signal }),
    });
  }

  async promote(name: string, { signal, ...reason }: Reason = {}): Promise<Deployment> {
    return this.http.json(`${pathOf(name)}/promote`, { method: 'POST', json: reason, ...(signal && { signal }) });
  }

  /** To what was in force before, or to a revision. */
  async rollback(name: string, { signal, ...reason }: Reason & { why: string; to?: number }): Promise<Deployment> {
    return this.http.json(`${pathOf(name)}/rollback`, { method: 'POST', json: reason, ...(signal && { signal }) });
  }
}

const pathOf = (name: string): string => `/v1/deployments/${encodeURIComponent(name)}`;
