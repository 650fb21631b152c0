import { OslerError } from '../../errors.ts';
import type { ServingHost } from '../../serving/deployments/host.ts';
import type { Prediction, Predictor } from '../../serving/predictor.ts';
import type { Check, Finding, Part } from './health.ts';

/** A grey square of 16 x 16 pixels as a PNG: what each model is asked about. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFElEQVR42mNoIBEwjGoY1TB8NQAAJYSAELxv8c8AAAAASUVORK5CYII=',
  'base64',
);
/** Of probabilities: an image that is computed with others may differ in the last digits. */
const SAME = 1e-4;

/** What a model said the first time, by its network: it must go on saying so. */
type First = WeakMap<object, Record<string, number>>;

/** Whether a bundle that is served by itself decodes, computes, and says what it said before. */
export function bundleCheck(predictor: Pick<Predictor, 'manifest' | 'predict'>): Check {
  const first: First = new WeakMap();
  return {
    name: 'model',
    vital: true,
    async look() {
      const [answer] = await predictor.predict([PICTURE]);
      return judge(answer, predictor.manifest, first);
    },
  };
}

/** Each variant of each deployment by itself. @param vital whether the server is of no use where no live one answers. */
export function deploymentChecks(host: Pick<ServingHost, 'all' | 'state'>, vital: boolean): Check[] {
  const first: First = new WeakMap();
  return [
    engineCheck(host),
    {
      name: 'model',
      vital,
      async look() {
        const parts = (await Promise.all(host.all.map((deployment) => partsOf(deployment, first)))).flat();
        // One that answers stands in for the others: a server that still serves anybody is not taken away.
        const answering = parts.some(({ live, status }) => live && status !== 'failed');
        return parts.map(({ live, ...part }) => ({ ...part, vital: vital && live && !answering }));
      },
    },
    {
      name: 'deployment',
      vital: false,
      async look() {
        const { faults, opening } = host.state;
        const served = host.all.map(({ name }): Part => {
          const fault = faults[name];
          return fault === undefined
            ? { name: `deployment ${name}`, status: 'ok', words: 'It is what the store says.' }
            : { name: `deployment ${name}`, status: 'degraded', words: fault };
        });
        const others = Object.entries(faults)
          .filter(([name]) => !host.all.some((one) => one.name === name))
          .map(([name, words]): Part => ({ name: `deployment ${name}`, status: 'failed', words }));
        if (opening) return [{ name: 'deployment', status: 'degraded', words: 'The deployments are being loaded.' }];
        return [...served, ...others];
      },
    },
    {
      name: 'prediction log',
      vital: false,
      async look() {
        return logFinding(host.state.log);
      },
    },
  ];
}

/** Whether threads that compute end by themselves: their images fail, and others take their place. */
function engineCheck(host: Pick<ServingHost, 'state'>): Check {
  let before = 0;
  return {
    name: 'engine',
    vital: false,
    async look() {
      const { engine } = host.state;
      if (engine === null) return { status: 'ok', words: 'No model is loaded.' };
      const { threads, broken, replaced } = engine;
      const since = replaced - before;
      before = replaced;
      const figures = { threads, broken, replaced };
      if (broken > 0 && broken === threads) return { status: 'failed', words: 'No thread computes.', figures };
      return broken > 0 || since > 0
        ? { status: 'degraded', words: `${broken + since} of the threads that compute ended by themselves.`, figures }
        : { status: 'ok', words: `${threads} threads compute.`, figures };
    },
  };
}

type Served = ServingHost['all'][number];

async function partsOf(deployment: Served, first: First): Promise<(Part & { live: boolean })[]> {
  const asked = await deployment.probe(PICTURE);
  return asked.map(({ variant, role, manifest, answer }) => ({
    name: `model ${deployment.name}/${variant}`,
    live: role === 'live',
    ...judge(answer, manifest, first),
  }));
}

function judge(answer: Prediction | OslerError | undefined, manifest: object, first: First): Finding {
  if (answer === undefined) return { status: 'failed', words: 'The model gave no answer.' };
  if (answer instanceof OslerError) {
    // Busy is not broken: others are answered.
    const busy = answer.code === 'OVERLOADED' || answer.code === 'QUEUE_FULL';
    return { status: busy ? 'degraded' : 'failed', words: answer.message };
  }
  const before = first.get(manifest);
  if (before === undefined) first.set(manifest, answer.probabilities);
  const off = Math.max(
    ...Object.entries(answer.probabilities).map(([label, p]) => Math.abs(p - (before?.[label] ?? p))),
  );
  const figures = { difference: off };
  return off > SAME
    ? {
        status: 'failed',
        words: 'The model says something else about the same image than when it was loaded.',
        figures,
      }
    : { status: 'ok', words: 'The model answers as when it was loaded.', figures };
}

function logFinding({ waiting, held, spooled, lost }: ServingHost['state']['log']): Finding {
  const figures = { waiting, spooled, lost };
  if (lost > 0) {
    return { status: 'failed', words: `${lost} answers are in no log: neither store nor disk took them.`, figures };
  }
  if (spooled > 0) {
    return { status: 'degraded', words: `${spooled} answers wait in files for the store.`, figures };
  }
  if (held > 0) {
    return { status: 'degraded', words: `${held} answers wait in memory: neither store nor disk takes them.`, figures };
  }
  return waiting > WAITING
    ? { status: 'degraded', words: `${waiting} answers wait in memory for the store.`, figures }
    : { status: 'ok', words: 'Answers reach the log.', figures };
}

/** Answers of the last moment are always on their way. */
const WAITING = 2_000;
