import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DeploymentHost, HostOptions } from '../../../serving/deployments/host.ts';

/** What deployments tell Prometheus: labels come from the deployments' own names, never from a request. */
export class DeploymentMetrics {
  private answers: Counter<'deployment' | 'variant' | 'role' | 'outcome'> | undefined;
  private latency: Histogram<'deployment' | 'variant'> | undefined;
  private dropped: Counter<'deployment' | 'variant'> | undefined;

  readonly observe: NonNullable<HostOptions['observe']> = ({ variant, role, outcome, milliseconds }, deployment) => {
    this.answers?.inc({ deployment, variant, role, outcome });
    if (outcome === 'ok') this.latency?.observe({ deployment, variant }, milliseconds / 1_000);
  };

  readonly onDropped: NonNullable<HostOptions['onDropped']> = (deployment, variant) =>
    this.dropped?.inc({ deployment, variant });

  register(registry: Registry, host: DeploymentHost): void {
    const registers = [registry];
    this.answers = new Counter({
      name: 'osler_deployment_answers_total',
      help: 'Answers that variants computed, by outcome.',
      labelNames: ['deployment', 'variant', 'role', 'outcome'],
      registers,
    });
    this.latency = new Histogram({
      name: 'osler_deployment_latency_seconds',
      help: 'Seconds a variant took for an answer, without waiting for admission.',
      labelNames: ['deployment', 'variant'],
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
      registers,
    });
    this.dropped = new Counter({
      name: 'osler_deployment_shadows_dropped_total',
      help: "Shadows' turns that were left out, as the server was busy.",
      labelNames: ['deployment', 'variant'],
      registers,
    });
    const gauge = (name: string, help: string, value: (deployment: DeploymentHost['all'][number]) => number): void => {
      new Gauge({
        name,
        help,
        labelNames: ['deployment'],
        registers,
        collect() {
          for (const one of host.all) this.set({ deployment: one.name }, value(one));
        },
      });
    };
    gauge('osler_deployment_waiting', 'Requests that wait for admission.', ({ load }) => load.waiting);
    gauge('osler_deployment_active', 'Requests under way.', ({ load }) => load.active);
    gauge('osler_deployment_revision', 'The revision that is served.', ({ row }) => row.revision.number);
    gauge('osler_deployment_left_out', 'Members that can not answer.', ({ leftOut }) => leftOut.length);
    gauge('osler_deployment_fault', '1 where it is not wholly what the store says.', ({ name }) =>
      host.state.faults[name] === undefined ? 0 : 1,
    );
    new Gauge({
      name: 'osler_prediction_log_waiting',
      help: 'Answers that are not in the store yet.',
      registers,
      collect() {
        this.set(host.state.log.waiting);
      },
    });
  }
}
