import { type KeyboardEvent, useState } from 'react';

interface Asked<Row> {
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  onOpen: ((row: Row) => void) | undefined;
  selected: ReadonlySet<string> | undefined;
  onSelect: ((selected: ReadonlySet<string>) => void) | undefined;
  reveal: (index: number) => void;
}

const PAGE = 15;

/** Which row the keys act on, and what they do: arrows, Home, End, page keys, Enter, Space, with Shift a stretch, Ctrl+A all. */
export function useRowKeys<Row>({ rows, keyOf, onOpen, selected, onSelect, reveal }: Asked<Row>) {
  const [active, setActive] = useState<number | null>(null);
  const mark = (indices: Iterable<number>, on: boolean): void => {
    const next = new Set(selected);
    for (const index of indices) {
      const key = keyOf(rows[index]!);
      if (on) next.add(key);
      else next.delete(key);
    }
    onSelect?.(next);
  };
  const toggle = (index: number): void => mark([index], !(selected?.has(keyOf(rows[index]!)) ?? false));
  const toggleAll = (): void => mark(rows.keys(), !rows.every((row) => selected?.has(keyOf(row))));
  const go = (index: number, stretch: boolean): void => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    if (stretch && selected !== undefined && active !== null) {
      const [low, high] = to < active ? [to, active] : [active, to];
      mark(
        Array.from({ length: high - low + 1 }, (_, i) => low + i),
        true,
      );
    }
    setActive(to);
    reveal(to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // Keys inside of a cell's own controls are theirs.
    if (event.target !== event.currentTarget || rows.length === 0) return;
    const at = active ?? -1;
    const row = rows[at];
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE,
      PageUp: at - PAGE,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) go(to, event.shiftKey);
    else if (event.key === 'Enter' && row !== undefined && onOpen !== undefined) onOpen(row);
    else if (event.key === ' ' && row !== undefined && selected !== undefined) toggle(at);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selected !== undefined) toggleAll();
    else return;
    event.preventDefault();
  };
  return { active, setActive, onKeyDown, toggle, toggleAll };
}
