import { noGrad } from './autograd.ts';
import { call } from './call.ts';
import { scope } from './lifetime.ts';
import { loadEngine } from './native.ts';
import { Tensor } from './tensor.ts';

/**
 * Scales all gradients together so that their joint L2 norm is at most `max`, as torch.nn.utils.clip_grad_norm_.
 * @returns the norm before; not finite when a gradient is not, and then nothing is scaled.
 */
export function clipGradNorm(tensors: readonly Tensor[], max: number): number {
  return noGrad(() =>
    scope(() => {
      const handles = loadEngine().gradientsOf(tensors.map((tensor) => tensor.handle));
      const gradients = handles.filter((handle) => handle >= 0).map((handle) => new Tensor(handle));
      if (gradients.length === 0) return 0;
      const norms: Tensor[] = call('aten::_foreach_norm.Scalar', gradients, 2);
      const total = (call('aten::linalg_vector_norm', call('aten::stack', norms), 2) as Tensor).item();
      const factor = max / (total + 1e-6);
      if (Number.isFinite(total) && factor < 1) call('aten::_foreach_mul_.Scalar', gradients, factor);
      return total;
    }),
  );
}
