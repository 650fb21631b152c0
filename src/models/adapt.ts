import type { Normalisation } from '../data/preprocess-spec.ts';
import { OslerError } from '../errors.ts';
import type { RawTensor } from '../torch/index.ts';

/**
 * Values of any numeric type as f32.
 * @throws OslerError WEIGHTS_INVALID naming the tensor when a value is not finite
 */
export function toFloats({ dtype, data }: RawTensor, name: string): Float32Array {
  const floats = widen(dtype, data);
  for (let i = 0; i < floats.length; i++) {
    if (!Number.isFinite(floats[i])) {
      throw new OslerError('WEIGHTS_INVALID', `The tensor ${name} of the weights holds ${floats[i]}.`, {
        hint: 'The training that made these weights diverged; use others.',
      });
    }
  }
  return floats;
}

function widen(dtype: RawTensor['dtype'], data: RawTensor['data']): Float32Array {
  if (data instanceof Float32Array) return data;
  if (dtype === 'bf16') {
    const bits = Uint32Array.from(data as Uint16Array, (half) => half << 16);
    return new Float32Array(bits.buffer);
  }
  if (dtype === 'f16') return Float32Array.from(data as Uint16Array, halfToNumber);
  return Float32Array.from(data as ArrayLike<number>, Number);
}

/** IEEE 754 binary16 from its bits. */
function halfToNumber(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * A first convolution [out, from, kh, kw] for another number of channels. To 1: the sum over channels, so that a grey image
 * gives what its RGB copy gave. From 1: each channel gets an equal share. Between others: cycled and rescaled.
 */
export function adaptChannels(weight: Float32Array, shape: readonly number[], channels: number): Float32Array {
  const [out, from] = [shape[0]!, shape[1]!];
  const area = shape.slice(2).reduce((a, b) => a * b, 1);
  const adapted = new Float32Array(out * channels * area);
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < Math.max(from, channels); c++) {
      const source = (o * from + (c % from)) * area;
      const target = (o * channels + (c % channels)) * area;
      const share = channels > from ? from / channels : 1;
      for (let i = 0; i < area; i++) adapted[target + i]! += weight[source + i]! * share;
    }
  }
  return adapted;
}

/** A normalisation for another number of channels: the mean over channels for a grey network, repeated for an RGB one. */
export function adaptNormalisation({ mean, std }: Normalisation, channels: number): Normalisation {
  const fit = (values: number[]): number[] => {
    if (values.length === channels) return [...values];
    const average = values.reduce((a, b) => a + b, 0) / values.length;
    return Array.from({ length: channels }, () => average);
  };
  return { mean: fit(mean), std: fit(std) };
}
