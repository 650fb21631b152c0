import { Deployments } from './deployments.ts';
import { type CallOptions, type ClientOptions, Http } from './http.ts';
import { type Image, imageBlob } from './image.ts';
import { Jobs } from './jobs.ts';
import { Models } from './models.ts';
import { Runs } from './runs.ts';
import type { Answer, BatchAnswer, FeedbackAnswer, LoggedPrediction, Replay } from './types.ts';

export interface PredictOptions extends CallOptions {
  /** Of the patient or session: the same key is answered by the same version. The server keeps its salted hash alone. */
  key?: string;
  /** Which one answers; the server's first where none is named. */
  deployment?: string;
  /** As in `3` or `skin@3`: answered by this version alone. */
  version?: string;
  priority?: 'high' | 'normal' | 'low';
  /** Refused where it would wait longer than this. */
  deadlineMs?: number;
  heatmap?: boolean;
}

/** An Osler server. Everything throws OslerError; what the server is too busy for is tried again when it says so. */
export class Osler {
  readonly runs: Runs;
  readonly models: Models;
  readonly deployments: Deployments;
  readonly jobs: Jobs;
  private readonly http: Http;

  constructor(options: ClientOptions = {}) {
    this.http = new Http(options);
    this.runs = new Runs(this.http);
    this.models = new Models(this.http);
    this.deployments = new Deployments(this.http);
    this.jobs = new Jobs(this.http);
  }

  /** One image: a file of a form or a disk, or its bytes. */
  async predict(image: Image, options: PredictOptions = {}): Promise<Answer> {
    return this.http.json('/v1/predict', imagesOf([image], options));
  }

  /** Several images, answered in their order; an error stands in its image's place. */
  async predictBatch(images: readonly Image[], options: PredictOptions = {}): Promise<BatchAnswer> {
    return this.http.json('/v1/predict/batch', imagesOf(images, options));
  }

  /** What turned out to be true of an answer, however late; said again it is a correction. */
  async feedback(
    prediction: string,
    label: string,
    options: CallOptions & { who?: string } = {},
  ): Promise<FeedbackAnswer> {
    const { signal, who } = options;
    const json = { prediction, label, ...(who === undefined ? {} : { who }) };
    // Said twice it is the same.
    return this.http.json('/v1/feedback', { ...post(signal), repeatable: true, json });
  }

  /** What the log holds of an answer, those of shadows too. */
  async prediction(id: string, options: CallOptions = {}): Promise<LoggedPrediction> {
    return this.http.json(`/v1/predictions/${encodeURIComponent(id)}`, options);
  }

  /** The same image by the same bundles again. */
  async replay(id: string, image: Image, { signal }: CallOptions = {}): Promise<Replay> {
    const body = () => formOf([image], {});
    return this.http.json(`/v1/predictions/${encodeURIComponent(id)}/replay`, {
      ...post(signal),
      repeatable: true,
      body,
    });
  }
}

const post = (signal: AbortSignal | undefined) => ({
  method: 'POST' as const,
  ...(signal === undefined ? {} : { signal }),
});

/** The priority is said before the body: a server that is full reads no other. */
function imagesOf(images: readonly Image[], { signal, priority, ...aside }: PredictOptions) {
  return {
    ...post(signal),
    ...(priority === undefined ? {} : { headers: { 'x-osler-priority': priority } }),
    repeatable: true,
    body: () => formOf(images, aside),
  };
}

/** Names of files stay at home: the server has no use for them. */
function formOf(images: readonly Image[], aside: Omit<PredictOptions, 'signal' | 'priority'>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(aside)) if (value !== undefined) form.set(name, String(value));
  for (const image of images) form.append('file', imageBlob(image), 'image');
  return form;
}
