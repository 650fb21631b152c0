/** Osler's side of the benchmark: the training step of src/training without the loader. Speaks as peer.py does. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createModel } from '../../src/models/index.ts';
import { initialise, stateDict } from '../../src/nn/state.ts';
import { TorchOps } from '../../src/nn/torch-ops.ts';
import {
  autocast,
  call,
  fromArray,
  fromArrayNHWC,
  memory,
  SGD,
  scope,
  setThreads,
  type Tensor,
  useKernels,
  versions,
} from '../../src/torch/index.ts';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'efficientnet_b0' },
    precision: { type: 'string', default: 'f32' },
    batch: { type: 'string', default: '16' },
    size: { type: 'string', default: '224' },
    threads: { type: 'string', default: '2' },
    kernels: { type: 'string', default: 'best' },
  },
});
const [batch, size] = [Number(options.batch), Number(options.size)];

setThreads(Number(options.threads));
useKernels(options.kernels as 'best');
const model = createModel(options.model, { classes: 7, channels: 3 });
initialise(model, 0);
const parameters = [...stateDict(model).values()].filter((tensor) => tensor.requiresGrad);
const optimizer = new SGD([{ tensors: parameters, lr: 1e-3 }], { momentum: 0.9 });
const ops = new TorchOps({ training: true });
// Any fixed numbers of unit variance will do: the time does not depend on them.
const pixels = Float32Array.from({ length: batch * size * size * 3 }, (_, i) => 1.4 * Math.sin(i * 12.9898));
const images = fromArrayNHWC(pixels, [batch, size, size, 3]);
const labels = fromArray(
  BigInt64Array.from({ length: batch }, (_, i) => BigInt(i % 7)),
  [batch],
);

function step(): number {
  return scope(() => {
    optimizer.zeroGrad();
    const logits = autocast(options.precision === 'bf16' ? 'bf16' : 'off', () => model.forward<Tensor>(images, ops));
    const loss: Tensor = call('aten::cross_entropy_loss', logits.to('f32'), labels);
    ops.backward(loss);
    optimizer.step();
    return loss.item();
  });
}

process.stdout.write(`${JSON.stringify({ torch: versions().libtorch, capability: versions().cpuCapability })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  let loss = 0;
  for (let i = 0; i < Number(line); i++) loss = step();
  const used = process.cpuUsage(cpu);
  const answer = {
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    loss,
    rss: process.memoryUsage.rss(),
    tensors: memory(),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
