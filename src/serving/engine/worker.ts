/**
 * A thread that takes images all the way, from a file's bytes to the answer: nothing of them is copied from thread to thread, and
 * the one that answers callers has none of this to do.
 */
import { performance } from 'node:perf_hooks';
import type { Transferable } from 'node:worker_threads';
import { appearance } from '../../data/appearance.ts';
import { normalise, openForSize } from '../../data/preprocess.ts';
import { errorBody, OslerError } from '../../errors.ts';
import { OUTPUTS } from '../../onnx/names.ts';
import { type Output, Runtime } from '../../onnx/runtime.ts';
import { answerRequests } from '../../threads/thread-side.ts';
import { answerReader, type ReadAnswer } from '../read-answer.ts';
import type { Stages } from '../stages.ts';
import type { Ask, Loaded, Model, Outcome, RawAnswer, Task, Told } from './messages.ts';
import type { Paces } from './pace.ts';

interface Held {
  runtime: Runtime;
  /** With more threads, for images that come alone. */
  wide: Runtime | null;
  spec: Model['spec'];
  /** Null where there is no manifest to read answers by. */
  read: ReadAnswer | null;
  /** Whether answers need to know what images look like. */
  looks: boolean;
  /** Inputs by number of images, to be written again. */
  inputs: Map<number, Float32Array<ArrayBuffer>[]>;
  /** What is under way. */
  open: Set<Promise<unknown>>;
}

/** Images by which the pace of a session is known. */
const MEASURED = 4;

const models = new Map<number, Held>();

answerRequests<Ask, Told>(async (ask) => {
  if (ask.kind === 'load') return { response: await load(ask.id, ask.model, ask.threads) };
  if (ask.kind === 'compute') {
    const model = models.get(ask.id)!;
    const work = compute(model, ask.wide ? (model.wide ?? model.runtime) : model.runtime, ask.tasks);
    model.open.add(work);
    const response = await work;
    model.open.delete(work);
    return { response, transfer: response.flatMap(buffersOf) };
  }
  if (ask.kind === 'widen') return { response: await widen(ask.id, ask.graph, ask.threads) };
  await unload(ask.id);
  return { response: null };
});

/** Throws BUNDLE_INVALID where the graph is not what the manifest says. */
async function load(id: number, { graph, spec, manifest }: Model, threads: number): Promise<Loaded> {
  const runtime = await openRuntime(graph, threads);
  try {
    checkGraph(runtime, spec);
    const looks = manifest === null || manifest.outOfDistribution?.appearance != null;
    const read = manifest === null ? null : answerReader(manifest);
    models.set(id, { runtime, wide: null, spec, read, looks, inputs: new Map(), open: new Set() });
    const { logits, embedding } = await warmUp(runtime, spec);
    return { logits: logits.data.length, embedding: embedding.data.length };
  } catch (error) {
    models.delete(id);
    await runtime.close();
    throw error;
  }
}

/** Null where the model was put away meanwhile. */
async function widen(id: number, graph: Uint8Array, threads: number): Promise<Paces | null> {
  const model = models.get(id);
  if (model === undefined) return null;
  const work = addWide(id, model, graph, threads);
  // It measures the first session too, which may not be closed meanwhile.
  model.open.add(work);
  return work.finally(() => model.open.delete(work));
}

async function addWide(id: number, model: Held, graph: Uint8Array, threads: number): Promise<Paces | null> {
  const wide = await openRuntime(graph, threads);
  try {
    await warmUp(wide, model.spec);
    const paces = { narrow: await paceOf(model.runtime, model.spec), wide: await paceOf(wide, model.spec) };
    if (models.get(id) === model) {
      model.wide = wide;
      return paces;
    }
  } catch (error) {
    await wide.close();
    throw error;
  }
  await wide.close();
  return null;
}

/** Milliseconds of an image, the shortest of a few: other work makes some longer. */
async function paceOf(runtime: Runtime, spec: Model['spec']): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < MEASURED; i++) {
    const started = performance.now();
    await warmUp(runtime, spec);
    took.push(performance.now() - started);
  }
  return Math.min(...took);
}

/** Before the first real image: the runtime sets its memory up, and the outputs' sizes show. */
async function warmUp(runtime: Runtime, { channels, height, width }: Model['spec']) {
  const data = new Float32Array(channels * height * width);
  return (await runtime.run(data, [1, channels, height, width])) as { logits: Output; embedding: Output };
}

/** The runtime takes no shared memory, and copies what it is given: a second copy would stay until somebody needs memory. */
async function openRuntime(graph: Uint8Array, threads: number): Promise<Runtime> {
  const own = graph.slice();
  return Runtime.open(own, threads).finally(() => own.buffer.transfer(0));
}

/** After what is under way. */
async function unload(id: number): Promise<void> {
  const model = models.get(id);
  models.delete(id);
  if (model === undefined) return;
  await Promise.allSettled(model.open);
  await model.runtime.close();
  await model.wide?.close();
}

function checkGraph({ inputShape, outputs }: Runtime, { channels, height, width }: Model['spec']): void {
  const [, ...shape] = inputShape;
  const wanted = [channels, height, width];
  const missing = OUTPUTS.find((name) => !outputs.includes(name));
  if (String(shape) === String(wanted) && missing === undefined) return;
  const [has, says] =
    missing === undefined
      ? [`an input of ${shape.join('x')}`, `preprocessing to ${wanted.join('x')}`]
      : [`no output ${missing}`, `outputs ${OUTPUTS.join(', ')}`];
  throw new OslerError('BUNDLE_INVALID', `The bundle's graph has ${has}, its manifest says ${says}.`);
}

/** The answers in the tasks' order; what fails of one image is its own outcome. */
async function compute(model: Held, runtime: Runtime, tasks: readonly Task[]): Promise<Outcome[]> {
  const started = performance.now();
  const read = await Promise.all(
    tasks.map((task) =>
      pixelsOf(task, model).catch((error: unknown) => ({ kind: 'failed' as const, ...errorBody(error) })),
    ),
  );
  const pixels = read.filter((one) => one instanceof Uint8Array);
  const decoded = performance.now();
  const answers = pixels.length === 0 ? [] : await infer(model, runtime, pixels).catch(failed(pixels.length));
  const inferred = performance.now();
  const stages = {
    queue: 0,
    decode: (decoded - started) / tasks.length,
    infer: (inferred - decoded) / Math.max(1, pixels.length),
    post: 0,
  };
  let at = 0;
  return read.map((one, i) => {
    if (!(one instanceof Uint8Array)) return one;
    const answer = answers[at++]!;
    const outcome = 'kind' in answer ? answer : outcomeOf(model, tasks[i]!, one, answer, stages);
    release(one);
    const { source } = tasks[i]!;
    if ('image' in source && source.image instanceof Uint8Array) release(source.image);
    return outcome;
  });
}

/**
 * Gives an image's memory back now. Left to be collected it would be counted as V8's, which marks the whole heap when that has grown by
 * some: up to once a second, and each time an image on two processors may have to wait for its second one (bench/RESULTS.md, serving).
 */
function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // Not a slice of memory that others have too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}

/** What keeps the network from answering keeps it from answering for all of a batch. */
const failed =
  (count: number) =>
  (error: unknown): Outcome[] =>
    Array.from({ length: count }, () => ({ kind: 'failed', ...errorBody(error) }));

async function pixelsOf({ source }: Task, { spec }: Held): Promise<Uint8Array | Outcome> {
  if ('pixels' in source) return source.pixels;
  const image = await openForSize(source.image, spec, source.limits === undefined ? {} : { limits: source.limits });
  return image.large ? { kind: 'large' } : image.pixels();
}

type Parts = Omit<RawAnswer, 'appearance'>;

async function infer({ spec, inputs }: Held, runtime: Runtime, images: readonly Uint8Array[]): Promise<Parts[]> {
  const { channels, height, width } = spec;
  const n = images.length;
  const free = inputs.get(n) ?? [];
  inputs.set(n, free);
  const data = free.pop() ?? new Float32Array(n * channels * height * width);
  normalise(images, spec, 'nchw', data);
  const { logits, embedding, cam } = (await runtime.run(data, [n, channels, height, width])) as {
    logits: Output;
    embedding: Output;
    cam: Output;
  };
  free.push(data);
  const [, , h, w] = cam.shape as [number, number, number, number];
  return images.map((_, i) => {
    const part = ({ data }: Output): Float32Array<ArrayBuffer> =>
      n === 1 ? data : data.slice((i * data.length) / n, ((i + 1) * data.length) / n);
    return { logits: part(logits), embedding: part(embedding), cam: { height: h, width: w, data: part(cam) } };
  });
}

function outcomeOf(model: Held, { want, cam }: Task, pixels: Uint8Array, parts: Parts, before: Stages): Outcome {
  const started = performance.now();
  try {
    if (!parts.logits.every(Number.isFinite)) {
      throw new OslerError('ENGINE_FAILED', 'The network gave no finite answer for this image.');
    }
    const looks = want === 'raw' || model.looks ? appearance(pixels, model.spec) : new Float32Array();
    const raw = { ...parts, appearance: looks as Float32Array<ArrayBuffer> };
    const stages = (): Stages => ({ ...before, post: performance.now() - started });
    if (want === 'raw') return { kind: 'raw', raw, stages: stages() };
    const prediction = model.read!(raw);
    return { kind: 'prediction', prediction, cam: cam ? raw.cam : null, stages: stages() };
  } catch (error) {
    return { kind: 'failed', ...errorBody(error) };
  }
}

/** What can be handed over of an outcome. */
function buffersOf(outcome: Outcome): Transferable[] {
  if (outcome.kind === 'prediction') return outcome.cam === null ? [] : [outcome.cam.data.buffer];
  if (outcome.kind !== 'raw') return [];
  const { logits, embedding, appearance: looks, cam } = outcome.raw;
  return [logits.buffer, embedding.buffer, looks.buffer, cam.data.buffer];
}
