import { availableParallelism } from 'node:os';
import { Thread } from '../onnx/thread.ts';
import type { PixelRequest } from './pixel-worker.ts';

/** One image is decoded by the codec's own threads while another is resized. */
const EACH = 2;

interface Job {
  request: PixelRequest;
  done: PromiseWithResolvers<Uint8Array>;
}

/**
 * Threads that decode and draw images: resizing a large image takes long, and the thread that answers other callers must not wait
 * for it. The first thread starts at once, the others when they are needed.
 */
export class PixelPool {
  private readonly threads: Thread<PixelRequest, Uint8Array>[] = [];
  private readonly queue: Job[] = [];
  private readonly size: number;

  constructor(size = availableParallelism()) {
    this.size = size;
    this.grow();
  }

  /** Throws the image's own error. The image's bytes are copied. */
  run(request: PixelRequest): Promise<Uint8Array> {
    const done = Promise.withResolvers<Uint8Array>();
    this.queue.push({ request, done });
    this.next();
    return done.promise;
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private next(): void {
    while (this.queue.length > 0) {
      const thread = this.pick();
      if (thread === null) return;
      const { request, done } = this.queue.shift()!;
      // A slice of Node's buffer pool would take the whole pool along.
      const image = typeof request.image === 'string' ? request.image : new Uint8Array(request.image);
      thread
        .ask({ ...request, image }, typeof image === 'string' ? [] : [image.buffer])
        .then(done.resolve, done.reject)
        .finally(() => this.next());
    }
  }

  /** An idle thread, a new one, or one with room; null when all are full. */
  private pick(): Thread<PixelRequest, Uint8Array> | null {
    // A thread that broke down (out of memory, say) has failed its own images; a fresh one takes its place.
    for (let i = this.threads.length; i-- > 0; ) if (this.threads[i]!.broken) this.threads.splice(i, 1);
    const least = this.threads.toSorted((a, b) => a.open - b.open)[0];
    if (least?.open === 0) return least;
    if (this.threads.length < this.size) return this.grow();
    return least !== undefined && least.open < EACH ? least : null;
  }

  private grow(): Thread<PixelRequest, Uint8Array> {
    const thread = new Thread<PixelRequest, Uint8Array>(new URL('./pixel-worker.ts', import.meta.url), 'image');
    this.threads.push(thread);
    return thread;
  }
}
