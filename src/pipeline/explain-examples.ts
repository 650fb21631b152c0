import { decodeToSize } from '../data/preprocess.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import type { Explanations } from '../evaluation/explanations.ts';
import { enlargeSigned, type Grid, positive } from '../explain/heatmap.ts';
import { fitMask } from '../explain/mask.ts';
import { pictureOf } from '../explain/picture.ts';
import { inside, shares } from '../explain/scores.ts';
import type { Explained } from './explain.ts';
import { mapSize, openAs } from './mapper.ts';

const SHOWN = 8;
/** Longer side of a picture in pixels, about. */
const SIDE = 192;

/** Pictures of images evenly spread over those explained: as the network sees them, and with their maps. */
export async function drawExamples(input: {
  spec: PreprocessSpec;
  images: readonly Explained[];
  cam: readonly Grid[];
  occlusion: readonly Grid[] | null;
}): Promise<Explanations['examples']> {
  const { spec, images } = input;
  const count = Math.min(SHOWN, images.length);
  // A small input is drawn larger, from the image's own pixels.
  const scale = Math.max(1, Math.round(SIDE / Math.max(spec.height, spec.width)));
  const size = { ...spec, height: spec.height * scale, width: spec.width * scale, channels: 3 as const };
  const { height, width } = mapSize(spec);
  const examples: Explanations['examples'] = [];
  for (let n = 0; n < count; n++) {
    const i = Math.floor((n * images.length) / count);
    const { id, label, decided, probability, mask } = images[i]!;
    const pixels = {
      height: size.height,
      width: size.width,
      channels: 3 as const,
      data: await decodeToSize(images[i]!.path, size, openAs(images[i]!)),
    };
    const outline = mask === null ? null : fitMask(mask, spec, size);
    const own = mask === null ? null : fitMask(mask, spec, { height, width });
    const draw = async (method: 'cam' | 'occlusion', map: Grid) => {
      const weights = shares(enlargeSigned(map, height, width));
      return {
        method,
        image: await pictureOf(pixels, positive(enlargeSigned(map, size.height, size.width)), outline),
        inside: own === null ? null : weights === null ? 0 : inside(weights, own),
      };
    };
    examples.push({
      id,
      label,
      decided,
      probability,
      image: await pictureOf(pixels, null, outline),
      maps: [
        await draw('cam', input.cam[i]!),
        ...(input.occlusion === null ? [] : [await draw('occlusion', input.occlusion[i]!)]),
      ],
    });
  }
  return examples;
}
