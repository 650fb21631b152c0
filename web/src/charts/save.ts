import type { Look, SeriesStyle } from './palette.ts';

/** The values behind a chart, as they are saved and read out. */
export interface Table {
  columns: string[];
  /** Of the CSV file, where columns have keys that programs know them by. */
  keys?: string[];
  rows: (string | number | null)[][];
}

/** What a spreadsheet would take for a formula: names are what somebody called a run or a class. */
const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));

/** RFC 4180; what looks like a formula is quoted as spreadsheets do it. */
export function csv({ columns, keys = columns, rows }: Table): string {
  const cell = (value: string | number | null): string => {
    const plain = value === null ? '' : String(value);
    const text = typeof value === 'string' && isFormula(value) ? `'${plain}` : plain;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [keys, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

export interface Caption {
  title: string;
  note?: string | undefined;
  legend: readonly { name: string; style: SeriesStyle }[];
}

const LINE = 18;
const HEAD = 26;
const MARGIN = 12;

/** A drawing that stands alone: with the title, the remark and the legend that the page shows beside it. */
export function standalone(drawing: string, width: number, height: number, look: Look, caption: Caption): string {
  const { title, note, legend } = caption;
  const rows = placed(legend, width);
  const top = HEAD + (note === undefined ? 0 : LINE) + MARGIN;
  const whole = top + height + rows.length * LINE + MARGIN;
  const text = (x: number, y: number, size: number, fill: string, words: string, weight = 400) =>
    `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(words)}</text>`;
  const marks = rows.flatMap((row, i) =>
    row.map(({ name, style, x }) => {
      const y = top + height + i * LINE + LINE / 2;
      const dash = style.dash === 'solid' ? '' : ` stroke-dasharray="${style.dash.join(' ')}"`;
      return `<path d="M${x} ${y}h20" stroke="${style.colour}" stroke-width="2"${dash}/>${text(x + 26, y + 4, 12, look.text, name)}`;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${look.paper}"/>`,
    text(MARGIN, HEAD, 15, look.text, title, 600),
    note === undefined ? '' : text(MARGIN, HEAD + LINE, 12, look.faint, note),
    `<g transform="translate(0 ${top})">${drawing.replace(/^<\?xml[^>]*\?>/, '')}</g>`,
    ...marks,
    '</svg>\n',
  ].join('');
}

/** The legend in lines, by a guess at the width of its words. */
function placed(legend: Caption['legend'], width: number): { name: string; style: SeriesStyle; x: number }[][] {
  const rows: { name: string; style: SeriesStyle; x: number }[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const { name, style } of legend) {
    const needs = 26 + name.length * 6.8 + 18;
    if (x + needs > width) {
      rows.push([]);
      x = MARGIN;
    }
    rows.at(-1)!.push({ name, style, x });
    x += needs;
  }
  return rows;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

export function fileName(title: string, ending: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${words || 'chart'}.${ending}`;
}
