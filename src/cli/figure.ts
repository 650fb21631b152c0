/** Three decimals of a measured figure; what rounds to zero has no sign. A dash where there is none. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}
