// biome-ignore-all lint/a11y/useSemanticElements: a table's own elements can't be placed by hand, and most rows are not in the document
import './data-table.css';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useRowKeys } from './data-table-keys.ts';
import { type RowDeeds, Tick, VirtualRow } from './data-table-row.tsx';

export interface Column<Row> {
  id: string;
  header: ReactNode;
  /** What the header says at length, on pointing at it. */
  about?: string;
  /** Pixels at least. */
  width: number;
  /** Part of the room that is left; default 0. */
  grow?: number;
  align?: 'left' | 'right';
  sortable?: boolean;
  /** Text is cut off where it is too long; other content sees to itself. */
  cell: (row: Row) => ReactNode;
}

export interface Sort {
  id: string;
  descending: boolean;
}

export interface DataTableProps<Row> {
  /** What the rows are, for those who hear the page: "Runs". */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** What the row is called, for those who hear the page. Default: its key. */
  nameOf?: (row: Row) => string;
  /** How many there are, where more come as one scrolls. */
  total?: number | undefined;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  onOpen?: (row: Row) => void;
  /** Keys; absent: rows can't be selected. */
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  /** Which rows stand in the document; memoise it. */
  onSight?: (first: number, last: number) => void;
  /** The end is near: time to load more. */
  onEnd?: () => void;
  rowHeight?: number;
  /** Pixels, or CSS; default: what the rows need, at most most of the window. */
  height?: number | string;
  /** In place of rows. */
  empty?: ReactNode;
}

/** Pixels, where its words stand in one line. */
const HEAD = 39;
const TICK = 42;
/** Rows beyond those in sight: what one turn of the wheel needs. */
const OVERSCAN = 4;

/** Rows in columns, as many as there are: only those in sight are in the document. Steered by pointer and by keyboard. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    rows,
    columns,
    keyOf,
    nameOf = keyOf,
    total,
    sort = null,
    onSort,
    onOpen,
    selected,
    onSelect,
    onSight,
    onEnd,
  } = props;
  const { rowHeight = 40, height, empty } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [head, setHead] = useState(HEAD);
  const measureHead = useCallback((element: HTMLDivElement | null) => {
    if (element !== null) setHead(element.offsetHeight);
  }, []);
  const id = useId();
  const rowsShown = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingStart: head,
  });
  const { active, setActive, onKeyDown, toggle, toggleAll } = useRowKeys({
    rows,
    keyOf,
    onOpen,
    selected,
    onSelect,
    reveal: (index) => rowsShown.scrollToIndex(index),
  });

  const items = rowsShown.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0) onSight?.(first, last);
  }, [first, last, onSight]);
  useEffect(() => {
    if (onEnd !== undefined && last >= rows.length - 30) onEnd();
  }, [last, rows.length, onEnd]);

  const ticks = selected !== undefined;
  const layout = useMemo((): CSSProperties => {
    // The first column stays in sight: on a telephone it leaves room for another.
    const least = (index: number, width: number) => (index === 0 ? `min(${width}px, 46vw)` : `${width}px`);
    const tracks = columns.map(({ width, grow = 0 }, index) =>
      grow > 0 ? `minmax(${least(index, width)}, ${grow}fr)` : least(index, width),
    );
    if (columns.every(({ grow = 0 }) => grow === 0)) tracks.push('minmax(0, 1fr)');
    const others = columns.slice(1).reduce((sum, { width }) => sum + width, ticks ? TICK : 0);
    return {
      gridTemplateColumns: `${ticks ? `${TICK}px ` : ''}${tracks.join(' ')}`,
      minWidth: `calc(${others}px + ${least(0, columns[0]?.width ?? 0)})`,
    };
  }, [columns, ticks]);
  // Rows that did not change are not drawn again, so what they call stays the same.
  const now = useRef({ rows, onOpen, toggle, setActive });
  now.current = { rows, onOpen, toggle, setActive };
  const deeds = useMemo(
    (): RowDeeds => ({
      point: (index) => now.current.setActive(index),
      open: (index) => now.current.onOpen?.(now.current.rows[index]!),
      toggle: (index) => now.current.toggle(index),
    }),
    [],
  );
  const allTicked = useMemo(
    () => selected !== undefined && rows.length > 0 && rows.every((row) => selected.has(keyOf(row))),
    [rows, selected, keyOf],
  );

  if (rows.length === 0 && empty !== undefined) return empty;
  const needed = head + rows.length * rowHeight + 18;
  return (
    <div
      ref={frame}
      className="data-table sideways"
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-colcount={columns.length + (ticks ? 1 : 0)}
      aria-multiselectable={ticks || undefined}
      aria-activedescendant={active === null ? undefined : `${id}-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      style={{ height: height ?? `min(${needed}px, max(320px, calc(100dvh - 230px)))` }}
    >
      <div className="data-table-head" role="rowgroup" ref={measureHead} key={columns.map(({ id: one }) => one).join()}>
        <div className="data-table-row" role="row" aria-rowindex={1} style={layout} tabIndex={-1}>
          {ticks && (
            <div className="data-table-cell" data-sticky role="columnheader" tabIndex={-1}>
              <Tick
                label={`Select all ${label.toLowerCase()} that are loaded`}
                checked={allTicked}
                some={!allTicked && selected.size > 0}
                onChange={toggleAll}
              />
            </div>
          )}
          {columns.map((column, index) => (
            <Head key={column.id} column={column} sticky={index === 0} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      <div
        className="data-table-body"
        role="rowgroup"
        style={{ height: rowsShown.getTotalSize(), minWidth: layout.minWidth }}
      >
        {items.map(({ index, start }) => {
          const row = rows[index]!;
          return (
            // By its place: what stands there may come later, or be another after sorting.
            <VirtualRow
              key={index}
              id={`${id}-${index}`}
              row={row}
              index={index}
              name={ticks ? nameOf(row) : ''}
              columns={columns as readonly Column<unknown>[]}
              layout={layout}
              height={rowHeight}
              start={start}
              active={active === index}
              selected={selected?.has(keyOf(row))}
              opens={onOpen !== undefined}
              deeds={deeds}
            />
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sticky: boolean;
  sort: Sort | null;
  onSort: ((sort: Sort) => void) | undefined;
}

function Head<Row>({ column: { id, header, about, align, sortable }, sticky, sort, onSort }: HeadProps<Row>) {
  const on = sort?.id === id;
  const descending = on && sort.descending;
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  return (
    <div
      className="data-table-cell"
      role="columnheader"
      tabIndex={-1}
      data-align={align}
      data-sticky={sticky || undefined}
      title={about}
      aria-sort={on ? (descending ? 'descending' : 'ascending') : undefined}
    >
      {sortable === true && onSort !== undefined ? (
        <button
          type="button"
          className="data-table-sort"
          data-on={on || undefined}
          onClick={() => onSort({ id, descending: on ? !descending : align === 'right' })}
        >
          <span className="data-table-text">{header}</span>
          {on && <Arrow size={14} aria-hidden style={{ flex: 'none' }} />}
        </button>
      ) : (
        <span className="data-table-text">{header}</span>
      )}
    </div>
  );
}
