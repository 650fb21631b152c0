import { BatchNorm2d, Conv2d, Linear, MaxPool2d, Sequential } from '../nn/layers.ts';
import { chain, Layer } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { GapClassifier } from './gap-classifier.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };

const LAYOUTS = {
  18: { bottleneck: false, blocks: [2, 2, 2, 2] },
  34: { bottleneck: false, blocks: [3, 4, 6, 3] },
  50: { bottleneck: true, blocks: [3, 4, 6, 3] },
  101: { bottleneck: true, blocks: [3, 4, 23, 3] },
} as const;

export type ResNetDepth = keyof typeof LAYOUTS;

/** [in, out, kernel, stride] of one convolution of a residual branch. */
type Step = readonly [number, number, number, number];

/** Residual branch of convolution + BatchNorm (ReLU between), a shortcut, their sum, ReLU (He et al. 2016). */
class Block extends Layer {
  readonly steps: [Conv2d, BatchNorm2d][];
  readonly downsample: Sequential | null;

  constructor(steps: readonly Step[], stride: number) {
    super();
    this.steps = steps.map(([inC, outC, kernel, s], i) => {
      const o = { kernel, stride: s, padding: kernel >> 1, bias: false, init: CONV };
      const conv = this.child(`conv${i + 1}`, new Conv2d(inC, outC, o));
      const activation = i === steps.length - 1 ? 'none' : 'relu';
      return [conv, this.child(`bn${i + 1}`, new BatchNorm2d(outC, { activation }))];
    });
    const [inC] = steps[0]!;
    const [, outC] = steps.at(-1)!;
    const shortcut = () => [
      new Conv2d(inC, outC, { kernel: 1, stride, bias: false, init: CONV }),
      new BatchNorm2d(outC),
    ];
    this.downsample = stride === 1 && inC === outC ? null : this.child('downsample', new Sequential(shortcut()));
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const branch = chain(this.steps.flat(), x, ops);
    const shortcut = this.downsample === null ? x : this.downsample.forward(x, ops);
    const sum = ops.add(branch, shortcut);
    if (shortcut !== x) ops.release?.(shortcut);
    return ops.activate(sum, 'relu');
  }
}

/** Two 3x3 convolutions (ResNet 18, 34). */
function basic(inC: number, planes: number, stride: number): Block {
  return new Block(
    [
      [inC, planes, 3, stride],
      [planes, planes, 3, 1],
    ],
    stride,
  );
}

/** 1x1, 3x3, 1x1 with the stride on the 3x3, as in torchvision (ResNet 50, 101; "v1.5"). */
function bottleneck(inC: number, planes: number, stride: number): Block {
  return new Block(
    [
      [inC, planes, 1, 1],
      [planes, planes, 3, stride],
      [planes, planes * 4, 1, 1],
    ],
    stride,
  );
}

/** ResNet 18, 34, 50, 101 (He et al. 2016), torchvision's names and shapes. */
export class ResNet extends GapClassifier {
  override readonly dropout: number;
  override readonly head: Linear;
  readonly stem: readonly Layer[];
  readonly stages: readonly Sequential[];

  constructor(depth: ResNetDepth, o: ModelOptions) {
    super();
    const layout = LAYOUTS[depth];
    this.stem = [
      this.child('conv1', new Conv2d(o.channels, 64, { kernel: 7, stride: 2, padding: 3, bias: false, init: CONV })),
      this.child('bn1', new BatchNorm2d(64, { activation: 'relu' })),
      new MaxPool2d(3, 2, { padding: 1 }),
    ];
    let inChannels = 64;
    this.stages = layout.blocks.map((count, stage) => {
      const planes = 64 * 2 ** stage;
      const row = Array.from({ length: count }, (_, i) => {
        const stride = i === 0 && stage > 0 ? 2 : 1;
        const block = (layout.bottleneck ? bottleneck : basic)(inChannels, planes, stride);
        inChannels = planes * (layout.bottleneck ? 4 : 1);
        return block;
      });
      return this.child(`layer${stage + 1}`, new Sequential(row, { segments: true }));
    });
    this.dropout = o.dropout ?? 0;
    this.head = this.child('fc', new Linear(inChannels, o.classes));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return chain([...this.stem, ...this.stages], x, ops);
  }
}
