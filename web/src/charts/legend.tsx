import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Scheme, seriesStyle } from './palette.ts';

export interface LegendItem {
  id: string;
  name: string;
  place: number;
}

/** Names that are shown before the rest is asked for. */
const FEW = 16;

/** Names of the lines; a press hides one. */
export function Legend({
  items,
  hidden,
  onToggle,
  scheme,
}: {
  items: readonly LegendItem[];
  hidden: ReadonlySet<string>;
  /** Absent: the names only say which is which. */
  onToggle?: (id: string) => void;
  scheme: Scheme;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, FEW);
  return (
    <div className="chart-legend">
      {shown.map(({ id, name, place }) => {
        const mark = <Swatch place={place} scheme={scheme} />;
        if (onToggle === undefined)
          return (
            <span key={id} className="chart-legend-name">
              {mark}
              <span>{name}</span>
            </span>
          );
        return (
          <button
            key={id}
            type="button"
            aria-pressed={!hidden.has(id)}
            title={hidden.has(id) ? `Show ${name}` : `Hide ${name}`}
            onClick={() => onToggle(id)}
          >
            {mark}
            <span>{name}</span>
          </button>
        );
      })}
      {items.length > FEW && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${items.length - FEW} more`}
        </Button>
      )}
    </div>
  );
}

/** The line of a series, as it is drawn. */
export function Swatch({ place, scheme }: { place: number; scheme: Scheme }) {
  const { colour, dash } = seriesStyle(place, scheme);
  return (
    <svg width="20" height="10" aria-hidden="true" style={{ flex: 'none' }}>
      <path
        d="M0 5h20"
        stroke={colour}
        strokeWidth="2.5"
        {...(dash === 'solid' ? {} : { strokeDasharray: dash.join(' ') })}
      />
    </svg>
  );
}
