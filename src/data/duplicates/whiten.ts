/** Principal components of a sample of rows, each scaled to unit variance: what sets this dataset's pictures apart counts alike. */
export interface Whitening {
  mean: Float64Array;
  /** `size` rows as long as the input. */
  rows: Float64Array[];
}

/**
 * Of the mean variance, added to each component's: the smallest ones are noise and are not to be blown up. Few rows say little about
 * which ones are small: with them, the components keep more of their own variances.
 */
const RIDGE = 0.1;
const ROWS = 50;

/** @param rows each of the same length. @param size components that are kept. */
export function whitening(rows: readonly Float32Array[], size: number): Whitening {
  const length = rows[0]!.length;
  const mean = new Float64Array(length);
  for (const row of rows) for (let i = 0; i < length; i++) mean[i]! += row[i]! / rows.length;
  const covariance = Array.from({ length }, () => new Float64Array(length));
  for (const row of rows) {
    for (let i = 0; i < length; i++) {
      const a = (row[i]! - mean[i]!) / rows.length;
      for (let j = 0; j < length; j++) covariance[i]![j]! += a * (row[j]! - mean[j]!);
    }
  }
  const { values, vectors } = eigen(covariance);
  const ridge = ((RIDGE + ROWS / rows.length) * values.reduce((a, b) => a + Math.max(0, b), 0)) / length + 1e-12;
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  return {
    mean,
    rows: order.slice(0, size).map((k) => {
      const scale = 1 / Math.sqrt(Math.max(0, values[k]!) + ridge);
      return Float64Array.from({ length }, (_, i) => vectors[i]![k]! * scale);
    }),
  };
}

/**
 * The row's components, as a direction: of length 1. Written to `out` from `at` on. Where `least` is given it stands behind them, as one
 * component more, before the length becomes 1: so directions of rows that are short against it are much the same.
 */
export function project(row: Float32Array, { mean, rows }: Whitening, out: Float32Array, at: number, least = 0): void {
  let squares = least * least;
  for (const [k, basis] of rows.entries()) {
    let sum = 0;
    for (let i = 0; i < basis.length; i++) sum += basis[i]! * (row[i]! - mean[i]!);
    out[at + k] = sum;
    squares += sum * sum;
  }
  const end = least > 0 ? rows.length + 1 : rows.length;
  if (least > 0) out[at + rows.length] = least;
  const scale = 1 / (Math.sqrt(squares) + 1e-12);
  for (let k = 0; k < end; k++) out[at + k]! *= scale;
}

/** Eigenvalues and eigenvectors (in columns) of a symmetric matrix, by Jacobi's rotations. The matrix is used up. */
function eigen(matrix: Float64Array[]): { values: Float64Array; vectors: Float64Array[] } {
  const n = matrix.length;
  const vectors = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  const small = 1e-12 * matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = matrix[p]![q]!;
        if (Math.abs(off) <= small) continue;
        turned = true;
        const theta = (matrix[q]![q]! - matrix[p]![p]!) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(matrix, vectors, p, q, c, t * c);
      }
    }
    if (!turned) break;
  }
  return { values: Float64Array.from(matrix, (row, i) => row[i]!), vectors };
}

function rotate(m: Float64Array[], vectors: Float64Array[], p: number, q: number, c: number, s: number): void {
  rotateColumns(m, p, q, c, s);
  const rowP = m[p]!;
  const rowQ = m[q]!;
  for (let k = 0; k < rowP.length; k++) {
    const a = rowP[k]!;
    const b = rowQ[k]!;
    rowP[k] = c * a - s * b;
    rowQ[k] = s * a + c * b;
  }
  rotateColumns(vectors, p, q, c, s);
}

function rotateColumns(rows: Float64Array[], p: number, q: number, c: number, s: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const a = row[p]!;
    const b = row[q]!;
    row[p] = c * a - s * b;
    row[q] = s * a + c * b;
  }
}
