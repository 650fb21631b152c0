import type { RandomStream } from '../random.ts';
import type { ColourMatrix } from './colour.ts';

/** RGB to the television colour space YIQ, whose I-Q plane is turned, and back. */
const YIQ = [0.299, 0.587, 0.114, 0.595716, -0.274453, -0.321263, 0.211456, -0.522591, 0.311135];
const RGB = [1, 0.9563, 0.621, 1, -0.2721, -0.6474, 1, -1.107, 1.7046];

/** Turns all hues by up to `fraction` of a full turn, either way. A turn about the grey axis keeps greys and luma as they are. */
export function hue(fraction: number, random: RandomStream): ColourMatrix {
  const angle = random.between(-fraction, fraction) * 2 * Math.PI;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = [...YIQ];
  for (let k = 0; k < 3; k++) {
    turned[3 + k] = cos * YIQ[3 + k]! - sin * YIQ[6 + k]!;
    turned[6 + k] = sin * YIQ[3 + k]! + cos * YIQ[6 + k]!;
  }
  const matrix = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      for (let k = 0; k < 3; k++) matrix[row * 4 + column]! += RGB[row * 3 + k]! * turned[k * 3 + column]!;
    }
  }
  return matrix;
}
