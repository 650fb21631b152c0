// biome-ignore-all lint/a11y/useSemanticElements: a table's own elements can't be placed by hand
import { type CSSProperties, memo } from 'react';
import type { Column } from './data-table.tsx';

/** What a row does, by its place. */
export interface RowDeeds {
  point: (index: number) => void;
  open: (index: number) => void;
  toggle: (index: number) => void;
}

interface RowProps {
  id: string;
  row: unknown;
  index: number;
  /** For those who hear the page. */
  name: string;
  columns: readonly Column<unknown>[];
  layout: CSSProperties;
  height: number;
  start: number;
  active: boolean;
  /** Absent: rows can't be selected. */
  selected: boolean | undefined;
  opens: boolean;
  deeds: RowDeeds;
}

/** A row of the table; drawn again only where something of it changed, as a jump or a tick touches few of them. */
export const VirtualRow = memo(function VirtualRow(props: RowProps) {
  const { id, row, index, name, columns, layout, height, start, active, selected, opens, deeds } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={id}
      className="data-table-row"
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-active={active || undefined}
      data-opens={opens || undefined}
      style={{ ...layout, height, transform: `translateY(${start}px)` }}
      onClick={(event) => {
        deeds.point(index);
        // A link, a button or a marked text in a cell is what was meant.
        if ((event.target as HTMLElement).closest('a, button, input, label') !== null) return;
        if (window.getSelection()?.toString()) return;
        deeds.open(index);
      }}
    >
      {selected !== undefined && (
        <div className="data-table-cell" data-sticky role="gridcell" tabIndex={-1}>
          <Tick label={`Select ${name}`} checked={selected} onChange={() => deeds.toggle(index)} />
        </div>
      )}
      {columns.map((column, at) => (
        <Cell key={column.id} column={column} sticky={at === 0} row={row} />
      ))}
    </div>
  );
});

function Cell({ column: { cell, align }, sticky, row }: { column: Column<unknown>; sticky: boolean; row: unknown }) {
  const content = cell(row);
  const isText = typeof content === 'string' || typeof content === 'number';
  return (
    <div className="data-table-cell" role="gridcell" tabIndex={-1} data-align={align} data-sticky={sticky || undefined}>
      {isText ? (
        <span className="data-table-text" title={String(content)}>
          {content}
        </span>
      ) : (
        content
      )}
    </div>
  );
}

interface TickProps {
  label: string;
  checked: boolean;
  /** Some of what it stands for. */
  some?: boolean;
  onChange: () => void;
}

/** The browser's own box: a table has one in each row. Keys are the grid's. */
export function Tick({ label, checked, some = false, onChange }: TickProps) {
  return (
    <input
      type="checkbox"
      className="data-table-tick"
      tabIndex={-1}
      aria-label={label}
      checked={checked}
      ref={(box) => {
        if (box !== null) box.indeterminate = some;
      }}
      onChange={onChange}
    />
  );
}
