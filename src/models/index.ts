import { closest } from 'fastest-levenshtein';
import { OslerError } from '../errors.ts';
import { ChestCnn } from './chest-cnn.ts';
import type { Classifier } from './classifier.ts';
import { DenseNet121 } from './densenet.ts';
import { EfficientNet, type EfficientNetScale } from './efficientnet.ts';
import { MobileNetV2 } from './mobilenet.ts';
import { ModelOptions } from './options.ts';
import { ResNet, type ResNetDepth } from './resnet.ts';
import { SimpleCnn } from './simple-cnn.ts';
import { PUBLISHED } from './sources.ts';
import type { ModelSpec } from './spec.ts';
import { Vgg16 } from './vgg.ts';

export type { Classifier, Outputs } from './classifier.ts';
export { freezeBackbone, isHead, unfreeze } from './freeze.ts';
export { ModelOptions } from './options.ts';
export type { ModelSpec } from './spec.ts';

interface Entry extends Omit<ModelSpec, 'name' | 'pretrained'> {
  create(options: ModelOptions): Classifier;
}

const EFFICIENTNETS: [EfficientNetScale, inputSize: number, embedding: number][] = [
  ['b0', 224, 1280],
  ['b1', 240, 1280],
  ['b2', 288, 1408],
  ['b3', 300, 1536],
  ['b4', 380, 1792],
  ['b5', 456, 2048],
  ['b6', 528, 2304],
  ['b7', 600, 2560],
];

const RESNETS: [ResNetDepth, embedding: number][] = [
  [18, 512],
  [34, 512],
  [50, 2048],
  [101, 2048],
];

function entries(): Record<string, Entry> {
  const table: Record<string, Entry> = {};
  for (const [scale, inputSize, embedding] of EFFICIENTNETS) {
    table[`efficientnet_${scale}`] = {
      summary: `EfficientNet-${scale.toUpperCase()} (Tan & Le 2019)`,
      ...{ inputSize, minSize: 1, headPrefix: 'classifier.1.', firstConv: 'features.0.0.weight', embedding },
      create: (o) => new EfficientNet(scale, o),
    };
  }
  for (const [depth, embedding] of RESNETS) {
    table[`resnet${depth}`] = {
      summary: `ResNet-${depth} (He et al. 2016)`,
      ...{ inputSize: 224, minSize: 1, headPrefix: 'fc.', firstConv: 'conv1.weight', embedding },
      create: (o) => new ResNet(depth, o),
    };
  }
  table.densenet121 = {
    summary: 'DenseNet-121 (Huang et al. 2017)',
    ...{ inputSize: 224, minSize: 29, headPrefix: 'classifier.', firstConv: 'features.conv0.weight', embedding: 1024 },
    create: (o) => new DenseNet121(o),
  };
  table.mobilenet_v2 = {
    summary: 'MobileNetV2 (Sandler et al. 2018)',
    ...{ inputSize: 224, minSize: 1, headPrefix: 'classifier.1.', firstConv: 'features.0.0.weight', embedding: 1280 },
    create: (o) => new MobileNetV2(o),
  };
  for (const batchNorm of [false, true]) {
    table[batchNorm ? 'vgg16_bn' : 'vgg16'] = {
      summary: `VGG-16${batchNorm ? ' with BatchNorm' : ''} (Simonyan & Zisserman 2015)`,
      ...{ inputSize: 224, minSize: 32, headPrefix: 'classifier.6.', firstConv: 'features.0.weight', embedding: 4096 },
      create: (o) => new Vgg16(batchNorm, o),
    };
  }
  table.simple_cnn = {
    summary: 'three stages of two convolutions, for small images',
    ...{ inputSize: 64, minSize: 1, headPrefix: 'classifier.3.', firstConv: 'features.0.0.weight', embedding: 128 },
    create: (o) => new SimpleCnn(o),
  };
  table.chest_cnn = {
    summary: 'the four-block chest X-ray CNN',
    ...{ inputSize: 224, minSize: 1, headPrefix: 'classifier.5.', firstConv: 'features.0.weight', embedding: 64 },
    create: (o) => new ChestCnn(o),
  };
  return table;
}

const REGISTRY = entries();

/** All architectures, in the order of the documentation. */
export function modelNames(): string[] {
  return Object.keys(REGISTRY);
}

/** Throws NOT_FOUND naming the nearest architecture. */
export function modelSpec(name: string): ModelSpec {
  const { create: _, ...spec } = entryOf(name);
  return { name, ...spec, pretrained: PUBLISHED[name] ?? {} };
}

/**
 * Builds an architecture: a tree of named parameters without values. `initialise` or `loadState` (nn/) fills it;
 * the ONNX tracer needs only names and shapes.
 */
export function createModel(name: string, options: ModelOptions): Classifier {
  const entry = entryOf(name);
  const checked = ModelOptions.safeParse(options);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new OslerError('CONFIG_INVALID', `Options of ${name}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const model = entry.create(checked.data).seal();
  model.spec = modelSpec(name);
  model.options = checked.data;
  return model;
}

function entryOf(name: string): Entry {
  const entry = Object.hasOwn(REGISTRY, name) ? REGISTRY[name] : undefined;
  if (entry === undefined) {
    throw new OslerError('NOT_FOUND', `There is no network "${name}".`, {
      hint: `Did you mean ${closest(name, modelNames())}? \`osler models architectures\` lists all.`,
    });
  }
  return entry;
}
