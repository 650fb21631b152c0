import type { RandomStream } from '../random.ts';
import type { Affine } from './affine.ts';

/** Turns about the centre by an angle within plus and minus `degrees`. */
export function rotation(degrees: number, random: RandomStream): Affine {
  return turnBy(random.between(-degrees, degrees));
}

export function turnBy(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [cos, sin, 0, -sin, cos, 0];
}
