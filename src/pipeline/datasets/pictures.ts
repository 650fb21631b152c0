import { availableParallelism } from 'node:os';
import type { PictureRequest } from '../../data/picture-worker.ts';
import { ThreadPool } from '../../threads/thread-pool.ts';

/** Sides in pixels that pictures of a dataset's images are made in: to recognise one among many, to see one, to look closely. */
export const PICTURE_SIDES = [160, 320, 1280] as const;
export type PictureSide = (typeof PICTURE_SIDES)[number];

const MOST_BYTES = 48 * 2 ** 20;

interface Kept {
  made: Promise<Uint8Array>;
  /** 0 while it is being made. */
  bytes: number;
}

/** Small pictures of a dataset's images, made in threads of their own; those asked for lately stay in memory. */
export class Pictures {
  private readonly pool: ThreadPool<PictureRequest, Uint8Array>;
  /** In order of their last use. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;
  private readonly most: number;

  constructor(most = MOST_BYTES) {
    this.most = most;
    const file = new URL('../../data/picture-worker.ts', import.meta.url);
    // Half of the processors: whoever scrolls must not take them all from whoever waits for an answer.
    this.pool = new ThreadPool({ file, name: 'picture', size: Math.max(1, availableParallelism() >> 1), each: 2 });
  }

  /** WebP. Throws NOT_FOUND for a file that is gone, DATA_INVALID for one that was changed, IMAGE_UNREADABLE. */
  async take({ path, sha256 }: { path: string; sha256: string }, side: PictureSide): Promise<Uint8Array> {
    const key = `${sha256} ${side} ${path}`;
    const known = this.kept.get(key);
    if (known !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.made;
    }
    const made = this.pool.run(() => ({ request: { path, sha256, side }, transfer: [] }));
    const entry: Kept = { made, bytes: 0 };
    this.kept.set(key, entry);
    try {
      const picture = await made;
      entry.bytes = picture.length;
      this.bytes += picture.length;
      this.forgetOldest();
      return picture;
    } catch (error) {
      this.kept.delete(key);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.kept.clear();
    await this.pool.close();
  }

  private forgetOldest(): void {
    for (const [key, { bytes }] of this.kept) {
      if (this.bytes <= this.most) return;
      if (bytes === 0) continue;
      this.kept.delete(key);
      this.bytes -= bytes;
    }
  }
}
