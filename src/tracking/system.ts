import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Figures of the machine under MLflow's names, without its `system/`. */
export type Sample = Record<string, number>;

/** Samples processor, memory, disk and, where nvidia-smi is, graphics cards. Figures that the system does not give are left out. */
export class SystemSampler {
  private readonly folder: string;
  private before = times();
  private gpus = true;
  /** Times that it failed to answer; one that answered once is asked for ever. */
  private failures = 0;

  /** `folder`: on the disk that is watched. */
  constructor(folder: string) {
    this.folder = folder;
  }

  async sample(): Promise<Sample> {
    const out: Sample = {};
    const now = times();
    const [busy, all] = [now.busy - this.before.busy, now.all - this.before.all];
    this.before = now;
    if (all > 0) out.cpu_utilization_percentage = (100 * busy) / all;
    const used = totalmem() - freemem();
    out.system_memory_usage_megabytes = used / 1e6;
    out.system_memory_usage_percentage = (100 * used) / totalmem();
    const disk = await statfs(this.folder).catch(() => null);
    if (disk !== null && disk.blocks > 0) {
      out.disk_usage_percentage = 100 * (1 - disk.bfree / disk.blocks);
      out.disk_available_megabytes = (disk.bavail * disk.bsize) / 1e6;
    }
    return { ...out, ...(await this.graphics()) };
  }

  private async graphics(): Promise<Sample> {
    if (!this.gpus) return {};
    try {
      const { stdout } = await run('nvidia-smi', [`--query-gpu=${QUERY}`, '--format=csv,noheader,nounits'], {
        timeout: 5_000,
      });
      this.failures = Number.NEGATIVE_INFINITY;
      return parseGpus(stdout);
    } catch (error) {
      // None here: not asked again. One that is there and fails, as when it is busy, may answer the next time; a broken one never does.
      this.failures += 1;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || this.failures === MOST_FAILURES) this.gpus = false;
      return {};
    }
  }
}

/** Of a card that never answered. */
const MOST_FAILURES = 3;
const QUERY = 'index,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu';

/** nvidia-smi's lines; what a card does not tell ("[N/A]") is left out. */
export function parseGpus(csv: string): Sample {
  const out: Sample = {};
  for (const line of csv.trim().split('\n')) {
    const [index, use, used, total, power, temperature] = line.split(',').map((cell) => Number.parseFloat(cell));
    if (index === undefined || Number.isNaN(index)) continue;
    const set = (name: string, value: number | undefined) => {
      if (value !== undefined && Number.isFinite(value)) out[`gpu_${index}_${name}`] = value;
    };
    set('utilization_percentage', use);
    // MiB.
    set('memory_usage_megabytes', used === undefined ? undefined : used * 1.048576);
    set('memory_usage_percentage', used === undefined || total === undefined ? undefined : (100 * used) / total);
    set('power_usage_watts', power);
    set('temperature_celsius', temperature);
  }
  return out;
}

function times(): { busy: number; all: number } {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq;
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}
