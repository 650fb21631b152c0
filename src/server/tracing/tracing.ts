import type { Answered } from '../metrics/inference.ts';

/** What a trace is told of a request. */
export interface TracedRequest {
  id: string;
  method: string;
  /** The pattern. */
  route: string;
  /** W3C's header, where the caller traces too. */
  traceparent?: string;
}

export interface Tracing {
  begin(request: TracedRequest): void;
  /** Of an image that the request brought: a span for the model, and one for each stage within. */
  answered: (answered: Answered) => void;
  /** @param status null where the client went away. */
  end(id: string, status: number | null): void;
  /** 32 hex digits while the request is under way. */
  traceIdOf(id: string): string | undefined;
  /** After what was collected was sent, or could not be. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Where spans go, by OTLP over HTTP: `http://127.0.0.1:4318` (`/v1/traces` is appended) or the whole address. */
  endpoint: string;
  version: string;
  /** Share of the requests that are traced where the caller does not say, 0 to 1; default all. */
  ratio?: number;
  /** Spans that could not be sent: once until some are sent again. */
  onTrouble?(error: Error): void;
}

/** Loads OpenTelemetry, which nobody who does not ask for it has to wait for. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { startTracing } = await import('./spans.ts');
  return startTracing(options);
}
