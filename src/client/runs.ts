import type { CallOptions, Http } from './http.ts';
import { everyPage } from './pages.ts';
import type { MetricValue, Run } from './types.ts';

export interface RunsOptions extends CallOptions {
  /** Ids of experiments; all where none is named. */
  experiment?: readonly number[];
  /** MLflow's grammar: `metrics.loss < 0.1 and params.lr = '0.01'`. */
  filter?: string;
  /** As in `metrics.loss desc`; newest first otherwise. */
  order?: readonly string[];
  view?: 'active' | 'deleted' | 'all';
}

export class Runs {
  private readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  /** Runs of any program, page by page as they are asked for. */
  list({ experiment, filter, order, view, ...options }: RunsOptions = {}): AsyncGenerator<Run, void, undefined> {
    const query = { experiment: experiment?.map(String), filter, order, view };
    return everyPage<'runs', Run>(this.http, '/v1/runs', 'runs', { ...options, query });
  }

  /** By id, the beginning of one, name, or `latest`. */
  async get(run: string, options: CallOptions = {}): Promise<Run> {
    return this.http.json(`/v1/runs/${encodeURIComponent(run)}`, options);
  }

  /** All values of a metric, in order of step. */
  values(run: string, key: string, options: CallOptions = {}): AsyncGenerator<MetricValue, void, undefined> {
    const path = `/v1/runs/${encodeURIComponent(run)}/metrics/values`;
    return everyPage<'values', MetricValue>(this.http, path, 'values', { ...options, query: { key } });
  }
}
