import { api, ask } from '../../api/client.ts';
import { Fault } from '../../api/fault.ts';
import type { Answer } from './queries.ts';

/** Where the server has too much to do it is asked again, so often. */
const TRIES = 4;

/** What one of them says of an image. `map`: the heat map by itself, to be laid over what the browser shows. Throws a Fault. */
export async function askImage(
  ref: string,
  file: File,
  { heatmap, key, signal }: { heatmap: 'map' | 'true'; key: string | undefined; signal: AbortSignal },
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(ref, file, { heatmap, key, signal });
    } catch (error) {
      if (!(error instanceof Fault) || ![429, 503].includes(error.status) || tries === TRIES) throw error;
      await pause(tries * 800, signal);
    }
  }
}

function once(
  ref: string,
  file: File,
  { heatmap, key, signal }: { heatmap: 'map' | 'true'; key: string | undefined; signal: AbortSignal },
): Promise<Answer> {
  const form = new FormData();
  // Names of files are patient data: the server needs none.
  form.set('file', file, 'image');
  const body = form as never;
  const bodySerializer = (): FormData => form;
  const [kind, name] = [ref.slice(0, ref.indexOf(':')), ref.slice(ref.indexOf(':') + 1)];
  if (kind !== 'deployment') {
    return ask(api.POST('/v1/opinions', { params: { query: { of: ref, heatmap } }, body, bodySerializer, signal }));
  }
  if (key !== undefined && key !== '') form.set('key', key);
  return ask(
    api.POST('/v1/predict', { params: { query: { deployment: name, heatmap } }, body, bodySerializer, signal }),
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
