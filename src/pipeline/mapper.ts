import type { OpenOptions } from '../data/decode.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import { OslerError } from '../errors.ts';
import { classLead, enlargeSigned, type Grid } from '../explain/heatmap.ts';
import { leadOf, occluded, occlusionMap, windowsOver } from '../explain/occlusion.ts';
import { Engine } from '../serving/engine/engine.ts';
import { mapInOrder } from '../serving/map-in-order.ts';
import { PixelPool } from '../serving/pixel-pool.ts';

/** Maps of some images, in their order, of the size of `mapSize`; negative where a place speaks against the class. */
export interface Maps {
  maps: Grid[];
  /** The same before they were enlarged: a strongest place is one of these. */
  places: Grid[];
  /** Places that the method tells apart. */
  grid: [number, number];
  /** Of occlusion's square, in pixels; 0 for activation maps. */
  side: number;
}

export interface Asked {
  id: string;
  path: string;
  /** What the file has to be; null: whatever it is. */
  sha256: string | null;
  /** Class whose map is wanted. */
  decided: string;
}

/** How its file is opened: what was changed since the import is refused by its id. */
export function openAs({ id, sha256 }: Pick<Asked, 'id' | 'sha256'>): Pick<OpenOptions, 'name' | 'sha256'> {
  return { name: id, ...(sha256 === null ? {} : { sha256 }) };
}

/** Longer side of a map, about: finer would only cost memory. */
const SIDE = 112;

/** Size of the maps that are compared: the input's, divided by a whole number. */
export function mapSize({ height, width }: PreprocessSpec): { height: number; width: number } {
  const by = Math.max(1, Math.round(Math.max(height, width) / SIDE));
  return { height: Math.max(1, Math.round(height / by)), width: Math.max(1, Math.round(width / by)) };
}

export type Told = ((done: number, total: number) => void) | undefined;

export interface Mapper {
  cam(images: readonly Asked[], told: Told, signal: AbortSignal | undefined): Promise<Maps>;
  occlusion(images: readonly Asked[], told: Told, signal: AbortSignal | undefined): Promise<Maps>;
  close(): Promise<void>;
}

/** Images computed together: windows of one image come all at once. */
const TOGETHER = 8;

/** Opens a graph to draw maps with. Throws ENGINE_FAILED where an answer is not finite. */
export async function openMapper(model: Uint8Array, spec: PreprocessSpec, labels: readonly string[]): Promise<Mapper> {
  const pool = new PixelPool();
  const engine = new Engine();
  const close = async (): Promise<void> => {
    await Promise.all([engine.close(), pool.close()]);
  };
  const network = await engine
    .load(async () => ({ graph: model, spec, manifest: null }), { maxBatch: TOGETHER, maxDelayMs: 0 })
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });
  const { height, width } = mapSize(spec);
  const classOf = ({ decided }: Asked): number => labels.indexOf(decided);
  const answer = async (pixels: Uint8Array) => {
    const outcome = await network.ask({ source: { pixels }, want: 'raw', cam: true });
    if (outcome.kind === 'raw' && outcome.raw.cam.data.every(Number.isFinite)) return outcome.raw;
    throw new OslerError('ENGINE_FAILED', 'The network gave no finite answer for an image.');
  };
  const run = async <T>(
    images: readonly Asked[],
    atOnce: number,
    told: Told,
    signal: AbortSignal | undefined,
    one: (image: Asked, pixels: Uint8Array) => Promise<T>,
  ): Promise<T[]> => {
    const out: T[] = [];
    const answers = mapInOrder(images, atOnce, async (image) => {
      signal?.throwIfAborted();
      return one(image, await pool.run({ image: image.path, spec, ...openAs(image) }));
    });
    for await (const result of answers) {
      out.push(result);
      told?.(out.length, images.length);
    }
    return out;
  };
  return {
    async cam(images, told, signal) {
      let grid: [number, number] = [0, 0];
      const places = await run(images, 32, told, signal, async (image, pixels) => {
        const { cam } = await answer(pixels);
        grid = [cam.height, cam.width];
        return classLead(cam.data, labels.length, classOf(image), cam.height, cam.width);
      });
      return { maps: places.map((map) => enlargeSigned(map, height, width)), places, grid, side: 0 };
    },
    async occlusion(images, told, signal) {
      const windows = windowsOver(spec);
      const maps = await run(images, 1, told, signal, async (image, pixels) => {
        const index = classOf(image);
        const before = leadOf((await answer(pixels)).logits, index);
        const answers = await Promise.all(Array.from(occluded(pixels, windows), answer));
        const map = occlusionMap(
          answers.map(({ logits }) => before - leadOf(logits, index)),
          windows,
        );
        return sampled(map, height, width);
      });
      return { maps, places: maps, grid: [windows.rows.length, windows.columns.length], side: windows.side };
    },
    close,
  };
}

/** The map at every nth pixel: squares are far wider than that. */
export function sampled(map: Grid, height: number, width: number): Grid {
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    const y = Math.floor(((Math.floor(i / width) + 0.5) * map.height) / height);
    const x = Math.floor((((i % width) + 0.5) * map.width) / width);
    return map.data[y * map.width + x]!;
  });
  return { height, width, data };
}
