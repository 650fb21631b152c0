import type { ErrorBody, ModelInfo, PredictAnswer } from '../../src/server/contract.ts';

export type { ModelInfo, PredictAnswer };

/** What the server said was wrong, in its own words. */
export class ApiError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export async function modelInfo(): Promise<ModelInfo> {
  return answered(await sent('/model/info'));
}

export async function predict(file: File, signal: AbortSignal): Promise<PredictAnswer> {
  const body = new FormData();
  body.set('file', file);
  return answered(await sent('/predict/image?heatmap=true', { method: 'POST', body, signal }));
}

async function sent(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError('The server did not answer.', 'Is it still running? Start it with: osler serve --bundle BUNDLE');
  }
}

async function answered<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const error = (body as ErrorBody | null)?.error;
  throw new ApiError(error?.message ?? `The server answered with ${response.status}.`, error?.hint);
}
