import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { STAGES, type Stages } from '../../serving/stages.ts';

/** One image that a model was asked about. */
export interface Answered {
  /** Of the request. */
  id: string;
  /** Empty where a bundle is served by itself. */
  deployment: string;
  /** The registered model's name, the network's for a bundle by itself. */
  model: string;
  /** As the deployment names it; `bundle` for one by itself. */
  variant: string;
  role: 'live' | 'canary' | 'shadow';
  /** `ok` or the error's code. */
  outcome: string;
  /** Without what it waited for admission. */
  milliseconds: number;
  /** For admission. */
  waited: number;
  stages: Stages | null;
  /** Whether the image is unlike those of validation, and how often that is said of validation's own; null where the model can't tell. */
  unlike: { verdict: boolean; falseAlarmRate: number } | null;
}

const LABELS = ['deployment', 'model', 'variant'] as const;
type Label = (typeof LABELS)[number];

/** Answers by model and variant. Labels hold names from the registry and the deployments, never anything from a request. */
export class InferenceMetrics {
  private readonly requests: Counter<Label | 'role' | 'outcome'>;
  private readonly latency: Histogram<Label>;
  private readonly stages: Histogram<'stage' | Label>;
  private readonly unlike: Counter<Label>;
  private readonly falseAlarms: Gauge<Label>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'osler_inference_requests_total',
      help: 'Images that variants were asked about, by outcome: ok, or the code of the error.',
      labelNames: [...LABELS, 'role', 'outcome'],
      registers,
    });
    this.latency = new Histogram({
      name: 'osler_inference_latency_seconds',
      help: 'Seconds from an image to its answer, with what it waited for admission.',
      labelNames: LABELS,
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10],
      registers,
    });
    this.stages = new Histogram({
      name: 'osler_inference_stage_seconds',
      help: 'Seconds of an answer by stage: queue (admission, threads, batch), decode, infer, post.',
      labelNames: ['stage', ...LABELS],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
      registers,
    });
    this.unlike = new Counter({
      name: 'osler_inference_out_of_distribution_total',
      help: 'Images answered that are unlike those of validation.',
      labelNames: LABELS,
      registers,
    });
    this.falseAlarms = new Gauge({
      name: 'osler_inference_false_alarm_rate',
      help: "Share of validation's own images that the model calls unlike: what is to be expected.",
      labelNames: LABELS,
      registers,
    });
  }

  readonly answered = (answered: Answered): void => {
    const { deployment, model, variant, role, outcome, milliseconds, waited, stages, unlike } = answered;
    const labels = { deployment, model, variant };
    this.requests.inc({ ...labels, role, outcome });
    if (outcome !== 'ok') return;
    this.latency.observe(labels, (waited + milliseconds) / 1_000);
    if (stages !== null) {
      for (const stage of STAGES) {
        const spent = stage === 'queue' ? waited + stages.queue : stages[stage];
        this.stages.observe({ stage, ...labels }, spent / 1_000);
      }
    }
    if (unlike === null) return;
    this.falseAlarms.set(labels, unlike.falseAlarmRate);
    // From the first answer on, so that a rate has a beginning.
    this.unlike.inc(labels, unlike.verdict ? 1 : 0);
  };
}
