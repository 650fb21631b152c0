/** A figure as people read it: four digits that count, no more. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (Number.isInteger(value) && size < 1e7) return value.toLocaleString('en-GB').replace('-', '−');
  const text = size >= 1e7 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replace('-', '−').replace('e−', 'e-').replace('e+', 'e');
}
