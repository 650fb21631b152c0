/** A thread of the loader: takes batches of the epoch's order one by one, decodes or reads them, augments, and fills slots. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorBody } from '../errors.ts';
import { augmentImage, type ImageShape, mixBatch } from './augment/augment.ts';
import { type AugmentSpec, atShare } from './augment/spec.ts';
import { PixelCache } from './cache.ts';
import { Control, type EpochWork, type WorkerMessage, type WorkerSetup } from './loader-work.ts';
import { decodeToSize } from './preprocess.ts';
import { resize } from './resize.ts';

const port = parentPort!;
const setup = workerData as WorkerSetup;
const { spec, layout } = setup;
const cache = setup.cacheDir === null ? undefined : new PixelCache(setup.cacheDir, spec);
const room = new Int32Array(setup.room);
const full: ImageShape = { width: spec.width, height: spec.height, channels: spec.channels };
const [scratch, scaled] = [new Uint8Array(layout.imageBytes), new Uint8Array(layout.imageBytes)];
/** Images decoded at once; sharp works in Node's pool of four threads, which all workers share. */
const IN_FLIGHT = 4;

port.on('message', (work: EpochWork) => {
  runEpoch(work)
    .catch((error: unknown) => {
      const control = new Int32Array(work.control);
      Atomics.store(control, Control.stop, 1);
      const { code, message, hint } = errorBody(error).error;
      port.postMessage({ kind: 'failed', code, message, hint } satisfies WorkerMessage);
      // Whoever waits, for a free slot or for a batch, looks at the stop flag when woken.
      for (let slot = 0; slot < layout.count; slot++) Atomics.notify(control, Control.turns + slot);
    })
    .finally(() => port.postMessage({ kind: 'idle' } satisfies WorkerMessage));
});

/** How an epoch's images look. */
interface Look {
  epoch: number;
  shape: ImageShape;
  /** Of the spec's size. */
  whole: boolean;
  augment: AugmentSpec | null;
}

function lookOf({ epoch, size: { height, width } }: EpochWork): Look {
  const share = Math.sqrt((height * width) / (full.height * full.width));
  return {
    epoch,
    shape: { height, width, channels: spec.channels },
    whole: height === full.height && width === full.width,
    augment: setup.augment === null ? null : atShare(setup.augment, share),
  };
}

async function runEpoch(work: EpochWork): Promise<void> {
  const control = new Int32Array(work.control);
  const order = new Uint32Array(work.order);
  const look = lookOf(work);
  cache?.refresh();
  for (;;) {
    const batch = Atomics.add(control, Control.next, 1);
    if (batch >= work.batches) return;
    const use = batch - work.firstBatch;
    const slot = use % layout.count;
    const turn = 2 * Math.floor(use / layout.count);
    if (!waitForTurn(control, slot, turn)) return;
    await fill(slot, batch, order.subarray(batch * setup.batchSize, (batch + 1) * setup.batchSize), look, control);
    Atomics.store(control, Control.turns + slot, turn + 1);
    Atomics.notify(control, Control.turns + slot);
  }
}

/** Blocks the thread until the slot is free; false when the epoch was given up. Nothing is in flight here, so blocking is right. */
function waitForTurn(control: Int32Array, slot: number, turn: number): boolean {
  for (;;) {
    if (Atomics.load(control, Control.stop) !== 0) return false;
    const now = Atomics.load(control, Control.turns + slot);
    if (now === turn) return true;
    Atomics.wait(control, Control.turns + slot, now, 1000);
  }
}

async function fill(slot: number, batch: number, members: Uint32Array, look: Look, control: Int32Array): Promise<void> {
  const { epoch, shape, augment } = look;
  const base = slot * layout.slotBytes;
  const bytes = shape.height * shape.width * shape.channels;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < members.length && Atomics.load(control, Control.stop) === 0) {
      const at = next++;
      await place(members[at]!, new Uint8Array(setup.slots, base + at * bytes, bytes), look);
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, members.length) }, lane));
  if (augment === null || layout.targetBytes === 0) return;
  const pixels = new Uint8Array(setup.slots, base, members.length * bytes);
  const labels = Int32Array.from(members, (index) => setup.labels[index]!);
  const targets = mixBatch(pixels, labels, setup.classes, shape, augment, {
    seed: setup.seed,
    epoch,
    id: `batch ${batch}`,
  });
  new Float32Array(setup.slots, base + layout.pixelBytes, targets.length).set(targets);
}

/** One image into its place: from the cache without a turn of the event loop, else decoded and cached. */
async function place(index: number, target: Uint8Array, look: Look): Promise<void> {
  const sha256 = setup.hashes[index]!;
  const asItIs = look.augment === null && look.whole;
  if (cache?.read(sha256, asItIs ? target : scratch)) {
    if (!asItIs) draw(index, scratch, target, look);
    return;
  }
  const pixels = await decodeToSize(setup.paths[index]!, spec, { name: setup.ids[index]!, sha256 });
  if (cache !== undefined && !cache.has(sha256) && Atomics.sub(room, 0, 1) > 0) cache.write(sha256, pixels);
  draw(index, pixels, target, look);
}

/** An image's pixels, scaled down where the epoch's are smaller, and augmented. */
function draw(index: number, pixels: Uint8Array, target: Uint8Array, { epoch, shape, whole, augment }: Look): void {
  const source = whole ? pixels : smaller(pixels, shape, scaled.subarray(0, target.length));
  if (augment === null) target.set(source);
  else augmentImage(source, target, shape, augment, { seed: setup.seed, epoch, id: setup.ids[index]! });
}

function smaller(pixels: Uint8Array, { height, width }: ImageShape, out: Uint8Array): Uint8Array {
  return resize(
    { ...full, data: pixels },
    { width, height, left: 0, top: 0, windowWidth: width, windowHeight: height },
    out,
  );
}
