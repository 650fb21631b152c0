import { KERNEL } from './kernel-code.ts';

/** What native/wasm/jpeg.ts exports. All arguments and results are 32-bit integers; pointers are offsets in its memory. */
interface Exports {
  decode(
    data: number,
    length: number,
    parts: number,
    components: number,
    across: number,
    down: number,
    restart: number,
    stretches: number,
    stretchCount: number,
  ): number;
  toRgb(luma: number, cb: number, cr: number, stride: number, width: number, height: number, out: number): void;
}

/** What of WebAssembly is used; the compiler's own types of it come with those of a browser only. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** First offset that is free; the kernel's own scratch lies below. */
const FREE = 8192;
const PAGE = 65_536;

/** The compiled inner loops with their memory, of which one image at a time takes pieces. One per thread; 2 ms to make. */
export class Kernel {
  readonly memory = new WebAssembly.Memory({ initial: 16 });
  readonly code: Exports;
  private used = FREE;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));
    this.code = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as unknown as Exports;
  }

  /** Forgets all pieces. Memory that grew beyond 16 MiB for a big image stays with the thread. */
  reset(): void {
    this.used = FREE;
  }

  /** Offset of a new piece of `size` bytes, aligned to 16, not cleared. Views of the memory made before are dead afterwards. */
  take(size: number): number {
    const at = this.used;
    this.used = (at + size + 15) & ~15;
    const missing = this.used - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  ints(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }
}
