import type { Normalisation } from '../data/preprocess-spec.ts';

/** Of the images that torchvision's ImageNet weights were trained on: RGB in 0..1. */
export const IMAGENET_NORMALISATION: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Published weights of one architecture. The file's name ends in the first 8 hex digits of its sha256. */
export interface PublishedWeights {
  url: string;
  normalisation: Normalisation;
  /** Top-1 accuracy on ImageNet's validation set in percent, as torchvision states it. */
  top1: number;
}

function published(file: string, top1: number): PublishedWeights {
  return { url: `https://download.pytorch.org/models/${file}`, normalisation: IMAGENET_NORMALISATION, top1 };
}

/**
 * torchvision's official weights. `imagenet` is its IMAGENET1K_V1; `imagenet-v2` its newer recipe, where there is one
 * (better on ImageNet itself, often worse to fine-tune from).
 */
export const PUBLISHED: Readonly<Record<string, Readonly<Record<string, PublishedWeights>>>> = {
  efficientnet_b0: { imagenet: published('efficientnet_b0_rwightman-3dd342df.pth', 77.692) },
  efficientnet_b1: {
    imagenet: published('efficientnet_b1_rwightman-533bc792.pth', 78.642),
    'imagenet-v2': published('efficientnet_b1-c27df63c.pth', 79.838),
  },
  efficientnet_b2: { imagenet: published('efficientnet_b2_rwightman-bcdf34b7.pth', 80.608) },
  efficientnet_b3: { imagenet: published('efficientnet_b3_rwightman-cf984f9c.pth', 82.008) },
  efficientnet_b4: { imagenet: published('efficientnet_b4_rwightman-7eb33cd5.pth', 83.384) },
  efficientnet_b5: { imagenet: published('efficientnet_b5_lukemelas-b6417697.pth', 83.444) },
  efficientnet_b6: { imagenet: published('efficientnet_b6_lukemelas-c76e70fd.pth', 84.008) },
  efficientnet_b7: { imagenet: published('efficientnet_b7_lukemelas-dcc49843.pth', 84.122) },
  resnet18: { imagenet: published('resnet18-f37072fd.pth', 69.758) },
  resnet34: { imagenet: published('resnet34-b627a593.pth', 73.314) },
  resnet50: {
    imagenet: published('resnet50-0676ba61.pth', 76.13),
    'imagenet-v2': published('resnet50-11ad3fa6.pth', 80.858),
  },
  resnet101: {
    imagenet: published('resnet101-63fe2227.pth', 77.374),
    'imagenet-v2': published('resnet101-cd907fc2.pth', 81.886),
  },
  densenet121: { imagenet: published('densenet121-a639ec97.pth', 74.434) },
  mobilenet_v2: {
    imagenet: published('mobilenet_v2-b0353104.pth', 71.878),
    'imagenet-v2': published('mobilenet_v2-7ebf99e0.pth', 72.154),
  },
  vgg16: { imagenet: published('vgg16-397923af.pth', 71.592) },
  vgg16_bn: { imagenet: published('vgg16_bn-6c64b313.pth', 73.36) },
};

/** Names that older files use for today's parameters: torchvision's DenseNet weights say `norm.1` for `norm1`. */
export function modernName(name: string): string {
  const bare = name.startsWith('module.') ? name.slice('module.'.length) : name;
  return bare.replace(/(denselayer\d+\.(?:norm|relu|conv))\.([12])\./, '$1$2.');
}
