import { RandomStream } from '../random.ts';
import { drawBubbles, drawGloss, drawHair, drawRuler } from './artefacts.ts';
import { drawExposure, type Exposure } from './camera.ts';
import { develop } from './develop.ts';
import type { Lesion } from './lesion.ts';
import { Cells, Noise } from './noise.ts';
import { paintLesion, type Skin, skinShade } from './paint.ts';
import { lesionOf, type View } from './population.ts';
import { skinColour } from './skin.ts';
import type { PhantomSpec } from './spec.ts';

/** A drawn picture. */
export interface Drawing {
  /** size x size x 3, sRGB. */
  pixels: Uint8Array;
  /** size x size, 255 within the lesion's outline. */
  mask: Uint8Array;
  exposure: Exposure;
}

/** From a pixel to the lesion: how the camera stood. */
export interface Pose {
  /** Millimetres of skin that the picture's side covers. */
  field: number;
  /** The lesion's centre, in fractions of the side. */
  x: number;
  y: number;
  /** Radians. */
  turn: number;
}

/** Draws views; holds the cell tiles that all of them share, which take some 40 ms to make. */
export class Renderer {
  /** Structures, from regular to irregular. */
  private readonly structures = [0.25, 0.6, 1].map(
    (jitter) => new Cells(new RandomStream('structures', jitter * 100), jitter),
  );
  private readonly lines = new Cells(new RandomStream('skin lines'), 0.9);

  draw(spec: PhantomSpec, view: View): Drawing {
    const { size, seed } = spec;
    const lesion = lesionOf(spec, view);
    const shot = new RandomStream(seed, 'view', view.image);
    const exposure = drawExposure(view.camera, shot);
    const pose = drawPose(lesion, shot);
    const skin: Skin = {
      colour: skinColour(view.patient),
      noise: new Noise(new RandomStream(seed, 'skin', view.patient.id)),
      lines: this.lines,
      dark: view.patient.tone >= 5,
    };
    const light = new Float32Array(size * size * 3);
    const mask = new Uint8Array(size * size);
    skinShade(light, size, pose, skin);
    paintLesion(light, mask, size, pose, lesion, skin, {
      noise: new Noise(new RandomStream(seed, 'lesion noise', view.lesion)),
      structures: this.structures,
    });
    if (exposure.gloss > 0) drawGloss(light, size, exposure.gloss, skin.noise, shot);
    drawHair(light, size, view.patient, shot);
    if (exposure.bubbles > 0) drawBubbles(light, size, exposure.bubbles, shot);
    if (exposure.ruler) drawRuler(light, size, pose.field, shot);
    return { pixels: develop(light, size, exposure, shot), mask, exposure };
  }
}

/** The photographer comes closer to small lesions, but not as close as it would take to hide their size. */
function drawPose(lesion: Lesion, random: RandomStream): Pose {
  const field = Math.min(26, Math.max(9, lesion.diameter ** 0.75 * random.between(2.7, 3.7)));
  const room = Math.max(0, Math.min(0.12, 0.5 - (0.6 * lesion.diameter) / field));
  return {
    field,
    x: 0.5 + random.between(-room, room),
    y: 0.5 + random.between(-room, room),
    turn: random.between(0, 2 * Math.PI),
  };
}
