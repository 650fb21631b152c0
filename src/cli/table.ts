import pc from './colours.ts';
import { inLine } from './printable.ts';

export interface Column<Row> {
  title: string;
  cell(row: Row): string;
  align?: 'left' | 'right';
  /** Longer cells are cut in the middle. */
  max?: number;
  /** Colours the finished, padded cell. */
  paint?(text: string, row: Row): string;
}

/** Lines of a table for people: a dim heading, two spaces between columns, no frame. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = rows.map((row) => columns.map(({ cell, max }) => cut(inLine(cell(row)), max)));
  const widths = columns.map(({ title }, c) => Math.max(title.length, ...maximum(cells, c)));
  // The last column is not filled up: painted spaces would wrap at the terminal's edge.
  const pad = (text: string, c: number): string =>
    columns[c]!.align === 'right' ? text.padStart(widths[c]!) : c < columns.length - 1 ? text.padEnd(widths[c]!) : text;
  const heading = columns.map(({ title }, c) => pad(title, c)).join('  ');
  return [
    pc.dim(heading.trimEnd()),
    ...cells.map((texts, r) =>
      texts
        .map((text, c) => {
          const padded = pad(text, c);
          return columns[c]!.paint?.(padded, rows[r]!) ?? padded;
        })
        .join('  ')
        .trimEnd(),
    ),
  ];
}

function maximum(cells: string[][], column: number): [number] {
  return [cells.reduce((most, row) => Math.max(most, row[column]!.length), 0)];
}

function cut(text: string, max: number | undefined): string {
  if (max === undefined || text.length <= max) return text;
  const tail = Math.ceil((max - 1) / 2);
  return `${text.slice(0, max - 1 - tail)}…${text.slice(-tail)}`;
}
