import { Gauge, type Registry } from 'prom-client';
import { type CheckReport, type Health, STATUSES } from '../../pipeline/operation/health.ts';

/** What the last look at the server's health found. */
export function registerHealthMetrics(registry: Registry, health: Health, isClosing: () => boolean): void {
  const registers = [registry];
  const checks = (kind?: string): CheckReport[] =>
    health.report?.checks.filter((check) => kind === undefined || check.kind === kind) ?? [];
  new Gauge({
    name: 'osler_ready',
    help: '1 where answers can be given.',
    registers,
    collect() {
      this.set(health.report?.ready === false || isClosing() ? 0 : 1);
    },
  });
  new Gauge({
    name: 'osler_health_status',
    help: 'Of each check: 0 ok, 1 degraded, 2 failed.',
    labelNames: ['kind', 'check'],
    registers,
    collect() {
      this.reset();
      for (const { kind, name, status } of checks()) this.set({ kind, check: name }, STATUSES.indexOf(status));
    },
  });
  const figure = (name: string, help: string, kind: string, key: string): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.remove();
        const value = checks(kind)[0]?.figures?.[key];
        if (value !== undefined) this.set(value);
      },
    });
  };
  figure('osler_disk_free_bytes', 'Free on the disk of OSLER_HOME.', 'disk', 'freeBytes');
  figure('osler_disk_total_bytes', 'Size of the disk of OSLER_HOME.', 'disk', 'totalBytes');
  figure('osler_memory_limit_bytes', 'What this process may have.', 'memory', 'limitBytes');
}
