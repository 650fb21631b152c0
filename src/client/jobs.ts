import type { CallOptions, Http } from './http.ts';
import { type Image, imageBlob } from './image.ts';
import { everyPage } from './pages.ts';
import type { Job, JobLine, SentJob } from './types.ts';

export interface NewJob extends CallOptions {
  deployment?: string;
  /** A registered version instead: `skin@champion`, `skin@3`. */
  model?: string;
  /** For people. */
  name?: string;
}

export interface JobFile {
  /** As the result will name it. */
  name: string;
  /** An image, or a ZIP archive of images. */
  content: Image;
}

export class Jobs {
  private readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  /** Sends images and archives to be scored; they are kept, encrypted, until the job has ended. */
  async create(files: readonly JobFile[], { signal, ...said }: NewJob = {}): Promise<SentJob> {
    const body = () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(said)) if (value !== undefined) form.set(name, value);
      for (const { name, content } of files) form.append('file', imageBlob(content), name);
      return form;
    };
    return this.http.json('/v1/jobs', { method: 'POST', body, ...(signal && { signal }) });
  }

  list(options: CallOptions = {}): AsyncGenerator<Job, void, undefined> {
    return everyPage<'jobs', Job>(this.http, '/v1/jobs', 'jobs', options);
  }

  async get(id: string, options: CallOptions = {}): Promise<Job> {
    return this.http.json(`/v1/jobs/${encodeURIComponent(id)}`, options);
  }

  /** Until it has ended. */
  async wait(
    id: string,
    {
      everyMs = 1_000,
      onProgress,
      ...options
    }: CallOptions & { everyMs?: number; onProgress?: (job: Job) => void } = {},
  ): Promise<Job> {
    for (;;) {
      const job = await this.get(id, options);
      onProgress?.(job);
      if (job.state === 'finished' || job.state === 'failed' || job.state === 'cancelled') return job;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      options.signal?.throwIfAborted();
    }
  }

  /** What is done of it is kept. */
  async cancel(id: string, options: CallOptions = {}): Promise<Job> {
    return this.http.json(`/v1/jobs/${encodeURIComponent(id)}/cancel`, { ...options, method: 'POST' });
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.http.json(`/v1/jobs/${encodeURIComponent(id)}`, { ...options, method: 'DELETE' });
  }

  /** The answers that there are, one after the other, in the order of the images. */
  async *result(id: string, options: CallOptions = {}): AsyncGenerator<JobLine, void, undefined> {
    const response = await this.http.send(`/v1/jobs/${encodeURIComponent(id)}/result`, options);
    let rest = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? '')).split('\n');
      rest = done ? '' : lines.pop()!;
      for (const line of lines) if (line !== '') yield JSON.parse(line) as JobLine;
      if (done) return;
    }
  }

  /** The same as CSV, for a table. */
  async csv(id: string, options: CallOptions = {}): Promise<string> {
    const response = await this.http.send(`/v1/jobs/${encodeURIComponent(id)}/result`, {
      ...options,
      query: { format: 'csv' },
    });
    return response.text();
  }
}
