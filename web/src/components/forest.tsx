import './forest.css';

interface Props {
  value: number;
  low: number | null;
  high: number | null;
  /** What the drawing spans. */
  from?: number;
  to?: number;
  /** Lines to hold it against. */
  marks?: readonly number[];
  label: string;
}

/** A value with its interval as a drawing, for a table's cell: figures that stand below each other can be compared at a glance. */
export function Forest({ value, low, high, from = 0, to = 1, marks = [], label }: Props) {
  const at = (x: number): string => `${(Math.min(1, Math.max(0, (x - from) / (to - from))) * 100).toFixed(2)}%`;
  return (
    <svg className="forest" role="img" aria-label={label}>
      <line x1="0" x2="100%" y1="9" y2="9" stroke="var(--mantine-color-default-border)" />
      {marks.map((mark) => (
        <line
          key={mark}
          x1={at(mark)}
          x2={at(mark)}
          y1="1"
          y2="17"
          stroke="var(--mantine-color-dimmed)"
          strokeDasharray="3 2"
        />
      ))}
      {low !== null && high !== null && (
        <line
          x1={at(low)}
          x2={at(high)}
          y1="9"
          y2="9"
          stroke="var(--drawn)"
          strokeWidth="6"
          strokeLinecap="round"
          opacity="0.55"
        />
      )}
      <circle cx={at(value)} cy="9" r="4" fill="var(--drawn)" />
    </svg>
  );
}
