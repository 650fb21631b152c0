import { OslerError } from './error.ts';
import type { CallOptions, Http } from './http.ts';
import { everyPage } from './pages.ts';
import type { Model, ModelVersion } from './types.ts';

export class Models {
  private readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  /** Registered models. */
  list(options: CallOptions = {}): AsyncGenerator<Model, void, undefined> {
    return everyPage<'models', Model>(this.http, '/v1/models', 'models', options);
  }

  async get(name: string, options: CallOptions = {}): Promise<Model> {
    return this.http.json(`/v1/models/${encodeURIComponent(name)}`, options);
  }

  versions(name: string, options: CallOptions = {}): AsyncGenerator<ModelVersion, void, undefined> {
    return everyPage<'versions', ModelVersion>(
      this.http,
      `/v1/models/${encodeURIComponent(name)}/versions`,
      'versions',
      options,
    );
  }

  /** By number, or by an alias as in `champion`. */
  async version(name: string, version: number | string, options: CallOptions = {}): Promise<ModelVersion> {
    const number =
      typeof version === 'number' ? version : await this.numberOf(name, version.replace(/^@/, ''), options);
    return this.http.json(`/v1/models/${encodeURIComponent(name)}/versions/${number}`, options);
  }

  private async numberOf(name: string, alias: string, options: CallOptions): Promise<number> {
    const { aliases } = await this.get(name, options);
    if (Object.hasOwn(aliases, alias)) return aliases[alias]!;
    throw new OslerError(`${name} has no alias "${alias}".`, { code: 'NOT_FOUND', status: 404 });
  }
}
