import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Answered } from '../metrics/inference.ts';
import type { TracedRequest, Tracing, TracingOptions } from './tracing.ts';

/** Spans that wait for a receiver that is away; more are dropped. */
const MOST_WAITING = 4_096;
/** Milliseconds of one attempt to send, and of the end. */
const PATIENCE_MS = 5_000;

/**
 * OpenTelemetry's own recorder and exporter. Spans are tied to requests by the request's id, so that no call on the way of an answer
 * pays for a context that follows it around.
 */
export function startTracing({ endpoint, version, ratio = 1, onTrouble }: TracingOptions): Tracing {
  const url = /\/v1\/traces\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: PATIENCE_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'osler', [ATTR_SERVICE_VERSION]: version }),
    // Where the caller traces, it decides.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: noting(exporter, onTrouble),
        maxQueueSize: MOST_WAITING,
        exportTimeoutMillis: PATIENCE_MS,
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  return new RequestSpans(provider.getTracer('osler', version), () => provider.shutdown());
}

class RequestSpans implements Tracing {
  private readonly tracer: Tracer;
  private readonly shutdown: () => Promise<void>;
  private readonly open = new Map<string, { span: Span; context: Context }>();

  constructor(tracer: Tracer, shutdown: () => Promise<void>) {
    this.tracer = tracer;
    this.shutdown = shutdown;
  }

  begin({ id, method, route, traceparent }: TracedRequest): void {
    const options = {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': method, 'http.route': route, 'osler.request_id': id },
    };
    const span = this.tracer.startSpan(`${method} ${route}`, options, parentOf(traceparent));
    this.open.set(id, { span, context: trace.setSpan(ROOT_CONTEXT, span) });
  }

  readonly answered = ({ id, deployment, model, variant, role, outcome, ...spent }: Answered): void => {
    // Images of a batch have the request's id with a number behind it.
    const request = this.open.get(id) ?? this.open.get(id.slice(0, id.lastIndexOf('.')));
    if (request === undefined) return;
    const { waited, milliseconds, stages } = spent;
    const end = performance.timeOrigin + performance.now();
    const begun = end - milliseconds;
    const attributes = {
      'osler.deployment': deployment,
      'osler.model': model,
      'osler.variant': variant,
      'osler.role': role,
      'osler.outcome': outcome,
    };
    const answer = this.tracer.startSpan('predict', { startTime: begun - waited, attributes }, request.context);
    const within = trace.setSpan(request.context, answer);
    // One after the other: the two waits for a thread and for the batch are told as one.
    const parts: [string, number][] = [['admission', waited], ...Object.entries(stages ?? {})];
    let at = begun - waited;
    for (const [name, took] of parts) {
      this.tracer.startSpan(name, { startTime: at }, within).end(at + took);
      at += took;
    }
    if (outcome !== 'ok') answer.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    answer.end(end);
  };

  end(id: string, status: number | null): void {
    const request = this.open.get(id);
    if (request === undefined) return;
    this.open.delete(id);
    const { span } = request;
    if (status !== null) span.setAttribute('http.response.status_code', status);
    if (status === null || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  traceIdOf(id: string): string | undefined {
    return this.open.get(id)?.span.spanContext().traceId;
  }

  async close(): Promise<void> {
    for (const id of [...this.open.keys()]) this.end(id, null);
    // A receiver that is away keeps nobody from ending.
    await this.shutdown().catch(() => undefined);
  }
}

/** W3C Trace Context, version 00. What is no such header begins a trace of its own. */
function parentOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** An exporter that says when spans can't be sent, once until some are again. */
function noting(exporter: SpanExporter, onTrouble: TracingOptions['onTrouble']): SpanExporter {
  let troubled = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined && !troubled) onTrouble?.(result.error);
        troubled = result.error !== undefined;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
