/** A curve as small as a word: for a table's cell. Needs no engine. */
export function Sparkline({
  values,
  label,
  width = 90,
  height = 20,
}: {
  values: readonly (number | null)[];
  label: string;
  width?: number;
  height?: number;
}) {
  const known = values.flatMap((value, i) => (value !== null && Number.isFinite(value) ? [{ value, i }] : []));
  if (known.length === 0) return null;
  const low = Math.min(...known.map(({ value }) => value));
  const high = Math.max(...known.map(({ value }) => value));
  const x = (i: number) => 2 + (values.length === 1 ? 0 : (i / (values.length - 1)) * (width - 4));
  const y = (value: number) => (high === low ? height / 2 : height - 2 - ((value - low) / (high - low)) * (height - 4));
  const path = known
    .map(({ value, i }, k) => `${k === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('');
  const last = known.at(-1)!;
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <path d={path} fill="none" stroke="var(--mantine-primary-color-filled)" strokeWidth="1.5" />
      <circle cx={x(last.i)} cy={y(last.value)} r="2" fill="var(--mantine-primary-color-filled)" />
    </svg>
  );
}
