import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A worker: its process, on its machine. */
interface Identity {
  host: string;
  pid: number;
  /** Of the process, as the system tells it: a process id is used again some day. */
  started: string | null;
}

/** Who this process is, or another of this machine, as a text that `isGone` understands. */
export function ownIdentity(pid: number = process.pid): string {
  // Another's start can't be read any more when it has ended already.
  const started = startOf(pid) ?? (pid === process.pid ? null : 'ended');
  return JSON.stringify({ host: machine(), pid, started } satisfies Identity);
}

/** The process id of a worker of this machine that lives; null for one that has ended or is elsewhere. */
export function pidOf(worker: string): number | null {
  try {
    const { host, pid } = JSON.parse(worker) as Identity;
    return host === machine() && !isGone(worker) && exists(pid) ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Whether that worker was of this machine and its process has ended: also by the machine's start since. Machines that share a store are told
 * apart by their host names. False where that can't be told.
 */
export function isGone(worker: string): boolean {
  let other: Identity;
  try {
    other = JSON.parse(worker) as Identity;
  } catch {
    // Written by something else: nothing is known of it.
    return false;
  }
  if (isOfBootBefore(other.host)) return true;
  if (other.host !== machine() || other.started === null) return false;
  const started = startOf(other.pid);
  return started === null ? !exists(other.pid) : started !== other.started;
}

/** Whether it is a process of another machine, of which nothing can be told here. Containers that bear one name count as one machine. */
export function isElsewhere(worker: string): boolean {
  try {
    const { host } = JSON.parse(worker) as Identity;
    return typeof host === 'string' && host.split('/')[0] !== machine().split('/')[0];
  } catch {
    return false;
  }
}

/** "gpu-3 process 4711", for people. */
export function workerName(worker: string | null): string {
  if (worker === null) return '';
  try {
    const { host, pid } = JSON.parse(worker) as Identity;
    return `${host.split('/')[0]} ${pid}`;
  } catch {
    return worker;
  }
}

/** Name, boot and process namespace: containers of one machine may bear one name, and count their processes apart. */
function machine(): string {
  const read = (get: () => string) => {
    try {
      return get().trim();
    } catch {
      return '';
    }
  };
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  return `${hostname()}/${boot}/${read(() => readlinkSync('/proc/self/ns/pid'))}`;
}

function isOfBootBefore(host: string): boolean {
  const [name, boot] = host.split('/');
  const [here, now] = machine().split('/');
  // A name that every machine has by default tells none from another.
  return name === here && name !== 'localhost' && Boolean(boot) && Boolean(now) && boot !== now;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another person's process is there, though we may not signal it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of Linux's /proc/PID/stat; null where it can't be read. A process that has ended and was not collected has none. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
