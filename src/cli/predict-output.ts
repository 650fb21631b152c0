import type { BundleManifest } from '../bundle/manifest.ts';
import { errorBody, type OslerError } from '../errors.ts';
import type { Prediction } from '../serving/predictor.ts';
import { stampWords } from '../store/leak-stamp.ts';
import pc from './colours.ts';
import { tableLines } from './table.ts';

/** What `predict --json` prints for an image. */
export interface Row {
  file: string;
  /** Null when there is an error. */
  label: string | null;
  /** Empty when there is an error. */
  probabilities: Record<string, number>;
  positive?: Prediction['positive'];
  set?: Prediction['set'];
  outOfDistribution?: Prediction['outOfDistribution'];
  stamps?: string[];
  leaks?: Prediction['leaks'];
  /** Path of the picture, the class it explains, and whether nothing in the image speaks for that. */
  heatmap?: string;
  explained?: string;
  blank?: boolean;
  /** Rows and columns of places that the map is enlarged from. */
  grid?: [number, number];
  error?: ReturnType<typeof errorBody>['error'];
}

export function toRow(file: string, { heatmap: map, ...prediction }: Prediction, heatmap?: string): Row {
  if (map === undefined || heatmap === undefined) return { file, ...prediction };
  return { file, ...prediction, heatmap, explained: map.explained, blank: map.blank, grid: map.grid };
}

export function toErrorRow(file: string, error: OslerError): Row {
  return { file, label: null, probabilities: {}, error: errorBody(error).error };
}

/**
 * Lines of CSV (RFC 4180): file, label, one column for each class, the verdict, the conformal set (its labels joined by `|`), whether the
 * image is unlike those of validation, what a stamped model is stamped with, the error.
 */
export function csvHeader({ labels, operatingPoint, conformal, outOfDistribution, stamps }: BundleManifest): string {
  const verdict = operatingPoint === null ? [] : ['positive_probability', 'threshold', 'verdict'];
  const doubt = [
    ...(conformal === null ? [] : ['set']),
    ...(outOfDistribution === null ? [] : ['out_of_distribution']),
    ...(stamps.length === 0 ? [] : ['stamps']),
  ];
  return csvLine(['file', 'label', ...labels.map((label) => `probability_${label}`), ...verdict, ...doubt, 'error']);
}

export function csvRow(row: Row, manifest: BundleManifest): string {
  const { labels, operatingPoint, conformal, outOfDistribution } = manifest;
  const p = row.positive;
  const verdict =
    operatingPoint === null ? [] : [p?.probability, p?.threshold, p && (p.verdict ? 'positive' : 'negative')];
  const values = [
    row.file,
    row.label,
    ...labels.map((label) => row.probabilities[label]),
    ...verdict,
    ...(conformal === null ? [] : [row.set?.labels.join('|')]),
    ...(outOfDistribution === null ? [] : [row.outOfDistribution?.verdict]),
    ...(manifest.stamps.length === 0 ? [] : [row.stamps && stampWords(row.stamps, row.leaks).join('|')]),
    row.error?.message,
  ];
  return csvLine(values);
}

function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values
    .map((value) => {
      const text = String(value ?? '');
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}

/** Says, where it happened, that the label is not the most probable class: beside a small probability it would look like a mistake. */
export function decisionNote(rows: readonly Row[], { classRule }: Pick<BundleManifest, 'classRule'>): string | null {
  if (classRule === null) return null;
  const others = rows.filter(
    ({ label, probabilities }) => label !== null && probabilities[label]! < Math.max(...Object.values(probabilities)),
  ).length;
  if (others === 0) return null;
  return `${others} of ${rows.length} with another label than the most probable one: the model decides with the shares of the classes taken out (balanced)`;
}

/** The table for people. `width` is the terminal's, in characters; null where there is none: then nothing is cut. */
export function predictionTable(
  rows: readonly Row[],
  { operatingPoint, conformal }: BundleManifest,
  width: number | null,
): string[] {
  const positive = operatingPoint?.positive ?? [];
  const room = width === null ? Infinity : Math.max(20, Math.floor(width * 0.25));
  const percent = (value: number | undefined): string => (value === undefined ? '' : `${(value * 100).toFixed(1)}%`);
  const verdict = ({ positive, outOfDistribution, error }: Row): string => {
    if (error !== undefined) return error.message;
    const said = positive === undefined ? [] : [positive.verdict ? 'positive' : 'negative'];
    return [...said, ...(outOfDistribution?.verdict === true ? ['unlike validation'] : [])].join(', ');
  };
  const colour = (row: Row): ((text: string) => string) =>
    row.error !== undefined || row.outOfDistribution?.verdict === true
      ? pc.yellow
      : row.positive?.verdict === true
        ? pc.red
        : pc.green;
  return tableLines(rows, [
    {
      title: 'file',
      cell: (row) => row.file,
      ...(width === null ? {} : { max: Math.max(24, Math.floor(width * 0.45)) }),
    },
    { title: 'label', cell: (row) => row.label ?? '-' },
    {
      title: 'probability',
      align: 'right',
      cell: (row) => (row.label === null ? '' : percent(row.probabilities[row.label])),
    },
    ...(operatingPoint === null
      ? []
      : [
          {
            title: short(operatingPoint.positive),
            align: 'right' as const,
            cell: (row: Row) => percent(row.positive?.probability),
          },
        ]),
    ...(conformal === null
      ? []
      : [
          {
            title: `fits at ${Number((100 * conformal.coverage).toPrecision(4))}%`,
            cell: ({ set }: Row) => (set === undefined ? '' : setWords(set.labels, positive, room)),
          },
        ]),
    {
      title: operatingPoint === null ? '' : `verdict at ${percent(operatingPoint.threshold)}`,
      cell: verdict,
      paint: (text, row) => colour(row)(text),
    },
  ]);
}

/** Whole names of classes, those that count as positive first, as many as have room, and how many more there are. */
export function setWords(labels: readonly string[], positive: readonly string[], room: number): string {
  if (labels.length === 0) return 'none';
  const isPositive = (label: string): boolean => positive.includes(label);
  const ordered = [...labels.filter(isPositive), ...labels.filter((label) => !isPositive(label))];
  const say = (shown: number): string => {
    const words = ordered.slice(0, shown).join(', ');
    if (shown === ordered.length) return words;
    return shown === 0 ? `${ordered.length} classes` : `${words} and ${ordered.length - shown} more`;
  };
  let shown = ordered.length;
  while (shown > 0 && say(shown).length > room) shown -= 1;
  return say(shown);
}

function short(labels: readonly string[]): string {
  const text = labels.join('+');
  return text.length <= 24 ? text : `${labels[0]} and ${labels.length - 1} more`;
}
