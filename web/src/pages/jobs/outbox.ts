import { useSyncExternalStore } from 'react';
import { asFault, type Fault, faultOf, offline } from '../../api/fault.ts';
import type { SentJob } from './queries.ts';

export interface Order {
  name: string;
  /** `deployment:derma`, `version:skin@3`. */
  by: string;
  files: readonly { name: string; file: File }[];
}

export interface Sending {
  name: string;
  /** Bytes of all files, and of what went out. */
  bytes: number;
  sent: number;
  fault: Fault | null;
}

/** The upload of this tab, one at a time: it goes on while one looks at other pages. */
class Outbox {
  private sending: Sending | null = null;
  private request: XMLHttpRequest | undefined;
  private readonly watchers = new Set<() => void>();

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly snapshot = (): Sending | null => this.sending;

  /** The job, once all of it has arrived; null where it was cancelled. Throws a Fault. */
  async send({ name, by, files }: Order): Promise<SentJob | null> {
    const form = new FormData();
    const [kind, who] = [by.slice(0, by.indexOf(':')), by.slice(by.indexOf(':') + 1)];
    // What is said of the images goes before them.
    form.set(kind === 'version' ? 'model' : 'deployment', who);
    form.set('name', name);
    for (const one of files) form.append('file', one.file, one.name);
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    this.set({ name, bytes, sent: 0, fault: null });
    window.addEventListener('beforeunload', warn);
    try {
      const job = await this.post(form, bytes);
      this.set(null);
      return job;
    } catch (error) {
      this.set({ name, bytes, sent: 0, fault: asFault(error) });
      throw error;
    } finally {
      window.removeEventListener('beforeunload', warn);
      this.request = undefined;
    }
  }

  /** Nothing of what was sent stays on the server. */
  cancel(): void {
    this.request?.abort();
  }

  /** The upload that broke off was read about. */
  forget(): void {
    if (this.request === undefined) this.set(null);
  }

  /** By XMLHttpRequest: `fetch` does not tell how much of a body went out. */
  private post(form: FormData, bytes: number): Promise<SentJob | null> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      const said = (): unknown => {
        try {
          return JSON.parse(request.responseText);
        } catch {
          return null;
        }
      };
      request.upload.onprogress = ({ loaded }) =>
        this.sending !== null && this.set({ ...this.sending, sent: Math.min(bytes, loaded) });
      request.onload = () => {
        const { status } = request;
        if (status === 202) return resolve(said() as SentJob);
        const id = request.getResponseHeader('x-request-id');
        const headers = id === null ? {} : { 'x-request-id': id };
        reject(faultOf(new Response(null, { status: Math.max(200, status), headers }), said()));
      };
      request.onerror = () => reject(offline(undefined));
      request.onabort = () => resolve(null);
      request.open('POST', '/v1/jobs');
      request.send(form);
    });
  }

  private set(sending: Sending | null): void {
    this.sending = sending;
    for (const watcher of this.watchers) watcher();
  }
}

/** A page that is left takes its upload with it. */
const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

export const outbox = new Outbox();

export function useSending(): Sending | null {
  return useSyncExternalStore(outbox.subscribe, outbox.snapshot);
}
