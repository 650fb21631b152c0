import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../errors.ts';
import type { LoggedMetric } from '../../store/log-batch.ts';
import type { HistoryPage } from '../../store/logs.ts';
import type { Store } from '../../store/store.ts';
import { encodeMetric } from './encode.ts';
import { invalid } from './errors.ts';
import { missing, read, wholeNumber } from './request.ts';
import { RUN } from './runs.ts';

/** MLflow's bounds. */
const MOST_ROWS = 25_000;
const MOST_RUNS = 100;
const MOST_SAMPLES = 2_500;

/** Histories. What fits on one page is in the order of time, as MLflow has it; a longer one in the order of steps, whose index is read on. */
export function metricRoutes(scope: FastifyInstance, { tracked, logs }: Store): void {
  scope.get('/metrics/get-history', async (request) => {
    const { run_id, metric_key, page_token, max_results } = read(request, {
      ...RUN,
      metric_key: { kind: 'string', required: true },
      page_token: { kind: 'string' },
      max_results: { kind: 'int' },
    });
    if (max_results !== undefined && max_results <= 0)
      throw invalid(
        `Invalid value ${max_results} for parameter 'max_results' supplied. It must be a positive integer.`,
      );
    await tracked.get(run_id);
    const page: HistoryPage = page_token ? { after: fromToken(metric_key, page_token) } : {};
    if (max_results !== undefined) page.limit = max_results + 1;
    const rows = await logs.history(run_id, metric_key, page);
    const more = max_results !== undefined && rows.length > max_results;
    if (more) rows.pop();
    if (!more && page.after === undefined) rows.sort(byTime);
    return {
      ...(rows.length === 0 ? {} : { metrics: rows.map(encodeMetric) }),
      ...(more ? { next_page_token: toToken(rows.at(-1)!) } : {}),
    };
  });

  scope.get('/metrics/get-history-bulk', async (request) => {
    const query = request.query as { run_id?: string | string[]; metric_key?: string; max_results?: string };
    const ids = [query.run_id ?? []].flat();
    if (ids.length === 0) throw invalid('GetMetricHistoryBulk request must specify at least one run_id.');
    if (ids.length > MOST_RUNS) {
      throw invalid(
        `GetMetricHistoryBulk request cannot specify more than ${MOST_RUNS} run_ids. Received ${ids.length} run_ids.`,
      );
    }
    if (query.metric_key === undefined) throw invalid('GetMetricHistoryBulk request must specify a metric_key.');
    const most = Math.min(wholeNumber(query.max_results) ?? MOST_ROWS, MOST_ROWS);
    const metrics: object[] = [];
    for (const run_id of ids.sort()) {
      if (metrics.length >= most) break;
      const rows = await logs.history(run_id, query.metric_key, { limit: most - metrics.length });
      for (const row of rows.sort(byTime)) metrics.push({ ...encodeMetric(row), run_id });
    }
    return { metrics };
  });

  scope.get('/metrics/get-history-bulk-interval', async (request) => {
    const { run_ids, metric_key, start_step, end_step, max_results } = read(request, {
      run_ids: { kind: 'strings', required: true },
      metric_key: { kind: 'string', required: true },
      start_step: { kind: 'int' },
      end_step: { kind: 'int' },
      max_results: { kind: 'int' },
    });
    if (run_ids.length === 0) throw missing('run_ids');
    if (run_ids.length > MOST_RUNS) {
      throw invalid(
        `GetMetricHistoryBulkInterval request must specify at most ${MOST_RUNS} run_ids. Received ${run_ids.length} run_ids. See the API docs for more information about request parameters.`,
      );
    }
    const most = max_results ?? MOST_SAMPLES;
    if (most < 1 || most > MOST_SAMPLES) {
      throw invalid(
        `max_results must be between 1 and ${MOST_SAMPLES}. See the API docs for more information about request parameters.`,
      );
    }
    if ((start_step === undefined) !== (end_step === undefined))
      throw invalid('If either start step or end step are specified, both must be specified.');
    if (start_step !== undefined && end_step !== undefined && start_step > end_step) {
      throw invalid(
        `end_step must be greater than start_step. Found start_step=${start_step} and end_step=${end_step}.`,
      );
    }
    for (const id of run_ids) await tracked.get(id);
    const range = start_step === undefined || end_step === undefined ? {} : { from: start_step, to: end_step };
    const metrics: object[] = [];
    for (const run_id of run_ids) {
      for (const row of await logs.sample(run_id, metric_key, most, range))
        metrics.push({ ...encodeMetric(row), run_id });
    }
    return metrics.length === 0 ? {} : { metrics };
  });
}

function byTime(a: LoggedMetric, b: LoggedMetric): number {
  return (
    a.timestamp - b.timestamp ||
    a.step - b.step ||
    (Number.isNaN(a.value) ? 0 : a.value) - (Number.isNaN(b.value) ? 0 : b.value) ||
    0
  );
}

function toToken({ step, timestamp, value }: LoggedMetric): string {
  return Buffer.from(JSON.stringify([step, timestamp, String(value)])).toString('base64');
}

function fromToken(key: string, token: string): LoggedMetric {
  try {
    const [step, timestamp, value] = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as [
      number,
      number,
      string,
    ];
    if (Number.isSafeInteger(step) && Number.isSafeInteger(timestamp) && typeof value === 'string')
      return { key, step, timestamp, value: Number(value) };
  } catch (cause) {
    throw new OslerError('USAGE', 'Invalid page token, could not base64-decode', { cause });
  }
  throw new OslerError('USAGE', 'Invalid page token');
}
