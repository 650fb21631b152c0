/**
 * The Turbo colour map (Mikhailov 2019, Google, Apache-2.0) by its published polynomials: dark blue for 0, green in the middle,
 * dark red for 1. Unlike a map of one hue it stands out on skin and on a grey X-ray alike. 256 colours, three bytes each.
 */
export function turboTable(): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const x = i / 255;
    RGB.forEach((coefficients, c) => {
      const value = coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
      table[i * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
    });
  }
  return table;
}

/** Coefficients of x^0 to x^5 for red, green and blue. */
const RGB = [
  [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
  [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
  [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
] as const;
