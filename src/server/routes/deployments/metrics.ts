import { Counter, Gauge } from 'prom-client';
import type { HostOptions, ServingHost } from '../../../serving/deployments/host.ts';
import type { Answered } from '../../metrics/inference.ts';
import type { ServerMetrics } from '../../plugins/metrics.ts';

const MOVES = ['canary.step', 'canary.promote', 'canary.rollback'];

/** What deployments tell Prometheus: labels come from the deployments' own names, never from a request. */
export class DeploymentMetrics {
  private tell: ((answered: Answered) => void) | undefined;
  private dropped: Counter<'deployment' | 'variant'> | undefined;
  private moves: Counter<'deployment' | 'what'> | undefined;

  readonly observe: NonNullable<HostOptions['observe']> = (entry, deployment, { waited, stages }) => {
    const { id, model, variant, role, outcome, milliseconds, answer } = entry;
    const unlike = (answer?.outOfDistribution ?? null) as Answered['unlike'];
    this.tell?.({ id, deployment, model, variant, role, outcome, milliseconds, waited, stages, unlike });
  };

  readonly onDropped: NonNullable<HostOptions['onDropped']> = (deployment, variant) =>
    this.dropped?.inc({ deployment, variant });

  readonly onMove: NonNullable<HostOptions['onMove']> = (deployment, { what }) => this.moves?.inc({ deployment, what });

  register({ registry, answered }: ServerMetrics, host: ServingHost): void {
    const registers = [registry];
    this.tell = answered;
    this.dropped = new Counter({
      name: 'osler_deployment_shadows_dropped_total',
      help: "Shadows' turns that were left out, as the server was busy.",
      labelNames: ['deployment', 'variant'],
      registers,
      collect() {
        for (const { name: deployment, members } of host.all) {
          for (const { name: variant, role } of members) if (role === 'shadow') this.inc({ deployment, variant }, 0);
        }
      },
    });
    this.moves = new Counter({
      name: 'osler_deployment_canary_moves_total',
      help: 'Moves of canaries by this server: canary.step, canary.promote, canary.rollback.',
      labelNames: ['deployment', 'what'],
      registers,
      collect() {
        // From 0 on, or Prometheus would not see the first one as a step.
        for (const { name: deployment } of host.all) {
          for (const what of MOVES) this.inc({ deployment, what }, 0);
        }
      },
    });
    const gauge = (name: string, help: string, value: (deployment: ServingHost['all'][number]) => number): void => {
      new Gauge({
        name,
        help,
        labelNames: ['deployment'],
        registers,
        collect() {
          // Those that were deleted are no more.
          this.reset();
          for (const one of host.all) this.set({ deployment: one.name }, value(one));
        },
      });
    };
    gauge('osler_deployment_waiting', 'Requests that wait for admission.', ({ load }) => load.waiting);
    gauge('osler_deployment_active', 'Requests under way.', ({ load }) => load.active);
    gauge('osler_deployment_revision', 'The revision that is served.', ({ row }) => row.revision.number);
    gauge('osler_deployment_left_out', 'Members that can not answer.', ({ leftOut }) => leftOut.length);
    new Gauge({
      name: 'osler_deployment_fault',
      help: '1 where it is not wholly what the store says, or can not be served at all.',
      labelNames: ['deployment'],
      registers,
      collect() {
        this.reset();
        for (const { name: deployment } of host.all) this.set({ deployment }, 0);
        for (const deployment of Object.keys(host.state.faults)) this.set({ deployment }, 1);
      },
    });
    const log = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    log(
      'osler_prediction_log_waiting',
      'Answers in memory that are not in the store yet.',
      () => host.state.log.waiting,
    );
    log(
      'osler_prediction_log_spooled',
      'Answers in files beside the store, which did not take them.',
      () => host.state.log.spooled,
    );
    new Counter({
      name: 'osler_engine_threads_replaced_total',
      help: 'Threads that compute, which ended by themselves (out of memory, say) and were replaced.',
      registers,
      collect() {
        this.reset();
        this.inc(host.state.engine?.replaced ?? 0);
      },
    });
    new Counter({
      name: 'osler_prediction_log_lost_total',
      help: 'Answers that neither store nor disk took: they are in no log.',
      registers,
      collect() {
        this.reset();
        this.inc(host.state.log.lost);
      },
    });
  }
}
