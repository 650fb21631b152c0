import { RandomStream } from '../random.ts';
import { type Affine, compose, IDENTITY, warp } from './affine.ts';
import { blur } from './blur.ts';
import { brightness } from './brightness.ts';
import { applyColour, type ColourMatrix, composeColour, identityColour, meanGrey } from './colour.ts';
import { contrast } from './contrast.ts';
import { cutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { flipHorizontal, flipVertical } from './flip.ts';
import { hue } from './hue.ts';
import { mixup } from './mixup.ts';
import { randomResizedCrop } from './random-resized-crop.ts';
import { rotation } from './rotation.ts';
import { saturation } from './saturation.ts';
import { scale } from './scale.ts';
import type { AugmentSpec } from './spec.ts';
import { translate } from './translate.ts';

export interface ImageShape {
  width: number;
  height: number;
  channels: 1 | 3;
}

/** What decides an image's augmentation, and nothing else does. */
export interface AugmentKey {
  seed: number;
  epoch: number;
  /** The sample's id. */
  id: string;
}

/**
 * Augments one image: warp, colour, blur, cutout. Each transform draws from a stream of its own, so switching one on leaves
 * what the others do unchanged.
 * @param source height x width x channels, HWC, left as it is. @param target same shape, other memory.
 */
export function augmentImage(
  source: Uint8Array,
  target: Uint8Array,
  shape: ImageShape,
  spec: AugmentSpec,
  key: AugmentKey,
): void {
  const stream = (name: string): RandomStream => new RandomStream(key.seed, key.epoch, key.id, name);
  const map = geometry(spec, shape, stream);
  if (map === IDENTITY) target.set(source);
  else warp(source, target, shape, map, spec.border);
  const matrix = colour(spec, target, shape, stream);
  if (matrix !== undefined) applyColour(target, shape.channels, matrix);
  if (spec.blur !== null) blur(spec.blur, target, shape, stream('blur'));
  if (spec.cutout !== null) cutout(spec.cutout, target, shape, stream('cutout'));
}

function geometry(spec: AugmentSpec, shape: ImageShape, stream: (name: string) => RandomStream): Affine {
  // From the result back to the source: the crop picks, then the picture is shifted, turned, zoomed and mirrored.
  const maps: Affine[] = [];
  if (spec.flipHorizontal > 0) maps.push(flipHorizontal(spec.flipHorizontal, stream('flipHorizontal')));
  if (spec.flipVertical > 0) maps.push(flipVertical(spec.flipVertical, stream('flipVertical')));
  if (spec.rotation > 0) maps.push(rotation(spec.rotation, stream('rotation')));
  if (spec.scale !== null) maps.push(scale(spec.scale, stream('scale')));
  if (spec.translate > 0) maps.push(translate(spec.translate, shape, stream('translate')));
  if (spec.randomResizedCrop !== null)
    maps.push(randomResizedCrop(spec.randomResizedCrop, shape, stream('randomResizedCrop')));
  const moved = maps.filter((map) => map !== IDENTITY);
  return moved.length === 0 ? IDENTITY : moved.reduce((inner, outer) => compose(outer, inner));
}

function colour(
  spec: AugmentSpec,
  pixels: Uint8Array,
  { channels }: ImageShape,
  stream: (name: string) => RandomStream,
): ColourMatrix | undefined {
  const matrices: ColourMatrix[] = [];
  if (spec.brightness > 0) matrices.push(brightness(spec.brightness, stream('brightness')));
  if (spec.contrast > 0) matrices.push(contrast(spec.contrast, meanGrey(pixels, channels), stream('contrast')));
  if (channels === 3 && spec.saturation > 0) matrices.push(saturation(spec.saturation, stream('saturation')));
  if (channels === 3 && spec.hue > 0) matrices.push(hue(spec.hue, stream('hue')));
  return matrices.length === 0
    ? undefined
    : matrices.reduce((inner, outer) => composeColour(outer, inner), identityColour());
}

/**
 * Mixes a batch by mixup or cutmix, when the spec has one and the batch is chosen; where it has both, one of them by a coin.
 * @param images batch x height x width x channels, changed in place. @param labels class index of each image.
 * @param key.id names the batch.
 * @returns targets [batch, classes], rows adding up to 1; one-hot where the batch was not chosen.
 */
export function mixBatch(
  images: Uint8Array,
  labels: ArrayLike<number>,
  classes: number,
  shape: ImageShape,
  spec: Pick<AugmentSpec, 'mixup' | 'cutmix'>,
  key: AugmentKey,
): Float32Array {
  const random = new RandomStream(key.seed, key.epoch, key.id, 'mix');
  const count = labels.length;
  const pasted = spec.cutmix !== null && (spec.mixup === null || random.chance(0.5));
  const chosen = pasted ? spec.cutmix : spec.mixup;
  let share = 1;
  const partner = random.shuffle(Uint32Array.from({ length: count }, (_, n) => n));
  if (chosen !== null && random.chance(chosen.probability)) {
    share = random.beta(chosen.alpha, chosen.alpha);
    if (pasted) share = cutmix(images, shape, partner, share, random);
    else mixup(images, shape.width * shape.height * shape.channels, partner, share);
  }
  const targets = new Float32Array(count * classes);
  for (let n = 0; n < count; n++) {
    targets[n * classes + labels[n]!]! += share;
    targets[n * classes + labels[partner[n]!]!]! += 1 - share;
  }
  return targets;
}
