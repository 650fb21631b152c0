import { corruptImage } from '../data/corrupt/corrupt.ts';
import type { Corruption } from '../data/corrupt/spec.ts';
import type { OpenOptions } from '../data/decode.ts';
import { decodeToSize } from '../data/preprocess.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import { classEvidence, enlarge } from '../explain/heatmap.ts';
import { mapPng, overlayPng } from '../explain/overlay.ts';
import { answerRequests } from '../threads/thread-side.ts';

/** An image to decode for the network, or to draw with a heat map. */
export interface PixelRequest extends OpenOptions {
  image: Uint8Array | string;
  spec: PreprocessSpec;
  /** The image in these variants, one after the other; null is the image as it is. `id` decides what chance decides. */
  variants?: { corruptions: readonly (Corruption | null)[]; id: string };
  /** Absent: decode. `cam` [K, h, w] and the class to explain: draw, the map over the image or by itself. */
  draw?: { cam: Float32Array; classes: number; index: number; height: number; width: number; alone: boolean };
}

/** Longer side of a heat map's picture, in pixels, at least. */
const HEATMAP_SIDE = 448;

answerRequests<PixelRequest, Uint8Array>(async ({ image, spec, variants, draw, ...options }) => {
  if (variants !== undefined) return corrupted(await decodeToSize(image, spec, options), spec, variants);
  if (draw === undefined) return handOver(await decodeToSize(image, spec, options));
  // A small input is drawn larger, from the image's own pixels: the same part of it, only finer.
  const scale = Math.max(1, Math.round(HEATMAP_SIDE / Math.max(spec.width, spec.height)));
  const height = spec.height * scale;
  const width = spec.width * scale;
  const map = enlarge(classEvidence(draw.cam, draw.classes, draw.index, draw.height, draw.width), height, width);
  if (draw.alone) return handOver(await mapPng(map));
  const pixels = await decodeToSize(image, { ...spec, height, width, channels: 3 }, options);
  return handOver(await overlayPng(pixels, map));
});

async function corrupted(
  pixels: Uint8Array,
  spec: PreprocessSpec,
  { corruptions, id }: NonNullable<PixelRequest['variants']>,
): Promise<{ response: Uint8Array; transfer: ArrayBuffer[] }> {
  const all = new Uint8Array(pixels.length * corruptions.length);
  for (const [i, corruption] of corruptions.entries()) {
    all.set(corruption === null ? pixels : await corruptImage(pixels, spec, corruption, id), i * pixels.length);
  }
  return { response: all, transfer: [all.buffer] };
}

/** Native memory and slices of Node's pool can't be handed over; their copy can. */
function handOver(bytes: Uint8Array): { response: Uint8Array; transfer: ArrayBuffer[] } {
  const response = new Uint8Array(bytes);
  return { response, transfer: [response.buffer] };
}
