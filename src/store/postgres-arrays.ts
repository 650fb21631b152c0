/** Object identifiers of PostgreSQL's types (`pg_type.dat`). */
const INT8 = 20;
const FLOAT8 = 701;
/** Dimensions, whether there are nulls, the type, and of the one dimension its length and its first place. */
const HEAD = 20;
/** Its length, which is 8, and its bytes. */
const ELEMENT = 12;

/** A `bigint[]` as PostgreSQL itself sends and receives it (`array_recv`). Whole numbers up to 2^53, both ways. */
export function int8s(numbers: readonly number[]): Buffer {
  return array(INT8, numbers, (view, at, number) => {
    view.setInt32(at, Math.floor(number / 2 ** 32));
    view.setInt32(at + 4, number | 0);
  });
}

/** The same of a `double precision[]`. */
export function float8s(numbers: readonly number[]): Buffer {
  return array(FLOAT8, numbers, (view, at, number) => view.setFloat64(at, number));
}

function array(
  type: number,
  numbers: readonly number[],
  write: (view: DataView, at: number, number: number) => void,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + numbers.length * ELEMENT);
  // Several times as fast as the buffer's own methods.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const [i, field] of [1, 0, type, numbers.length, 1].entries()) view.setInt32(4 * i, field);
  for (let i = 0, at = HEAD; i < numbers.length; i++, at += ELEMENT) {
    view.setInt32(at, 8);
    write(view, at + 4, numbers[i]!);
  }
  return bytes;
}
