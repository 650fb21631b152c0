import { availableParallelism } from 'node:os';
import { ThreadPool } from '../threads/thread-pool.ts';
import type { PixelRequest } from './pixel-worker.ts';
import { rankOf, type Turn } from './priority.ts';

/**
 * Threads for what takes long with images: large ones are decoded here, and heat maps drawn, so that neither the thread that answers
 * callers nor those that compute must wait for it. They start when they are needed.
 */
export class PixelPool {
  private readonly pool: ThreadPool<PixelRequest, Uint8Array>;

  constructor(size = availableParallelism()) {
    // Two each: one image is decoded by the codec's own threads while another is resized.
    this.pool = new ThreadPool({ file: new URL('./pixel-worker.ts', import.meta.url), name: 'image', size, each: 2 });
  }

  /**
   * Throws the image's own error, and the reason of `wanted` where that ends before its turn. The image's bytes are copied. `begun` is
   * called when its turn comes.
   */
  run(request: PixelRequest, { begun, ...turn }: Turn & { begun?(): void } = {}): Promise<Uint8Array> {
    const prepare = () => {
      begun?.();
      if (typeof request.image === 'string') return { request, transfer: [] };
      // A slice of Node's buffer pool would take the whole pool along.
      const image = new Uint8Array(request.image);
      return { request: { ...request, image }, transfer: [image.buffer] };
    };
    return this.pool.run(prepare, { rank: rankOf(performance.now(), turn), wanted: turn.wanted });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
