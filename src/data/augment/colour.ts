/** New red, green and blue of a pixel: three rows of three factors and an offset (in 0..255). */
export type ColourMatrix = Float64Array;

/** Weights of red, green and blue in a pixel's grey (ITU-R 601). */
export const LUMA = [0.299, 0.587, 0.114] as const;

export function identityColour(): ColourMatrix {
  return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
}

/** First `inner`, then `outer`. */
export function composeColour(outer: ColourMatrix, inner: ColourMatrix): ColourMatrix {
  const out = new Float64Array(12);
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 4; c++) {
      let sum = c === 3 ? outer[r * 4 + 3]! : 0;
      for (let k = 0; k < 3; k++) sum += outer[r * 4 + k]! * inner[k * 4 + c]!;
      out[r * 4 + c] = sum;
    }
  }
  return out;
}

/** Applies a colour matrix in place, in 12-bit fixed point, clamping to 0..255. Grey pictures use the sum of the first row. */
export function applyColour(pixels: Uint8Array, channels: 1 | 3, matrix: ColourMatrix): void {
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  const [a, b, c, d, e, f, g, h, i, j, k, l] = Int32Array.from(matrix, (v) =>
    Math.round(v * 4096),
  ) as unknown as number[];
  if (channels === 1) {
    const gain = a! + b! + c!;
    const table = Uint8ClampedArray.from({ length: 256 }, (_, v) => (v * gain + d! + 2048) >> 12);
    for (let p = 0; p < pixels.length; p++) clamped[p] = table[pixels[p]!]!;
    return;
  }
  const bias = 2048;
  for (let p = 0; p < pixels.length; p += 3) {
    const red = pixels[p]!;
    const green = pixels[p + 1]!;
    const blue = pixels[p + 2]!;
    clamped[p] = (red * a! + green * b! + blue * c! + d! + bias) >> 12;
    clamped[p + 1] = (red * e! + green * f! + blue * g! + h! + bias) >> 12;
    clamped[p + 2] = (red * i! + green * j! + blue * k! + l! + bias) >> 12;
  }
}

/** Mean grey of a picture, from every fourth pixel. */
export function meanGrey(pixels: Uint8Array, channels: 1 | 3): number {
  let sum = 0;
  let count = 0;
  for (let p = 0; p < pixels.length; p += channels * 4, count++) {
    sum += channels === 1 ? pixels[p]! : LUMA[0] * pixels[p]! + LUMA[1] * pixels[p + 1]! + LUMA[2] * pixels[p + 2]!;
  }
  return sum / count;
}
