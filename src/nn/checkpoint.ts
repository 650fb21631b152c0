import {
  autocast,
  backward,
  call,
  getRngState,
  keep,
  noGrad,
  scope,
  setRngState,
  type Tensor,
} from '../torch/index.ts';

interface Segment {
  fn: (x: Tensor) => Tensor;
  /** The block's input, tied to whatever computed it. */
  input: Tensor;
  /** The block's output, a leaf: what comes after leaves its gradient here. */
  output: Tensor;
  rng: Uint8Array;
}

/**
 * Gradient checkpointing (Chen et al. 2016). The forward pass runs each block without autograd and keeps only its input;
 * the backward pass goes through the blocks in reverse, computes each again with the same random numbers, and passes
 * the gradient on. Gradients are those of the plain pass, bit for bit.
 */
export class CheckpointTape {
  /** True while a block is computed for the second time. */
  recomputing = false;
  readonly #precision: 'f32' | 'bf16';
  #segments: Segment[] = [];

  constructor(precision: 'f32' | 'bf16') {
    this.#precision = precision;
  }

  /** Runs a block whose only input is `x`; blocks may follow one another but not be nested. */
  record(fn: (x: Tensor) => Tensor, x: Tensor): Tensor {
    if (this.recomputing) return scope(() => fn(x));
    const rng = getRngState();
    const output = keep(noGrad(() => scope(() => fn(x))).requiresGrad_(true));
    this.#segments.push({ fn, input: keep(call('aten::alias', x)), output, rng });
    return call('aten::alias', output);
  }

  backward(loss: Tensor): void {
    backward(loss);
    const after = this.#segments.length > 0 ? getRngState() : undefined;
    try {
      for (let segment = this.#segments.pop(); segment !== undefined; segment = this.#segments.pop()) {
        this.#replay(segment);
      }
    } finally {
      if (after !== undefined) setRngState(after);
      this.discard();
    }
  }

  discard(): void {
    for (const segment of this.#segments) free(segment);
    this.#segments = [];
  }

  #replay(segment: Segment): void {
    scope(() => {
      const gradient = segment.output.grad;
      segment.output.grad = null;
      const passesOn = segment.input.requiresGrad;
      const input = segment.input.detach().requiresGrad_(passesOn);
      setRngState(segment.rng);
      this.recomputing = true;
      try {
        if (gradient === null) return;
        const output =
          this.#precision === 'f32' ? segment.fn(input) : autocast(this.#precision, () => segment.fn(input));
        if (output.requiresGrad) backward(output, gradient);
      } finally {
        this.recomputing = false;
      }
      const inputGradient = input.grad;
      if (passesOn && inputGradient !== null) backward(segment.input, inputGradient);
    });
    free(segment);
  }
}

function free({ input, output }: Segment): void {
  input.dispose();
  output.dispose();
}
