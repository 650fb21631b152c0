import { safe } from '../../evaluation/report/html.ts';
import type { Axis } from './axis.ts';

const LEFT = 58;
const TOP = 10;
const RIGHT = 14;
const BOTTOM = 42;

/** A place in a chart of this size, in the units of its view box, for shares of its two axes. */
export interface Sheet {
  x(share: number): number;
  y(share: number): number;
  width: number;
  height: number;
}

/** A chart with two axes; `draw` gets the places. Scales with the page. */
export function chart(
  title: string,
  size: { width: number; height: number },
  axes: { x: Axis; y: Axis },
  draw: (sheet: Sheet) => string,
): string {
  const { width, height } = size;
  const sheet: Sheet = {
    x: (share) => round(LEFT + share * width),
    y: (share) => round(TOP + (1 - share) * height),
    width,
    height,
  };
  const { x, y } = axes;
  const rows = y.ticks.map(
    ({ at, text }) =>
      `<path class="grid" d="M${sheet.x(0)} ${sheet.y(at)}H${sheet.x(1)}"/>` +
      `<text x="${LEFT - 6}" y="${sheet.y(at) + 4}" text-anchor="end">${safe(text)}</text>`,
  );
  const columns = x.ticks.map(
    ({ at, text }) =>
      `<path class="grid" d="M${sheet.x(at)} ${sheet.y(0)}v4"/>` +
      `<text x="${sheet.x(at)}" y="${sheet.y(0) + 16}" text-anchor="middle">${safe(text)}</text>`,
  );
  return (
    `<svg viewBox="0 0 ${LEFT + width + RIGHT} ${TOP + height + BOTTOM}" role="img" aria-label="${safe(title)}">` +
    `${rows.join('')}${columns.join('')}<path class="grid" d="M${sheet.x(0)} ${sheet.y(0)}H${sheet.x(1)}"/>` +
    `<text class="axis" x="${sheet.x(0.5)}" y="${sheet.y(0) + 34}" text-anchor="middle">${safe(x.title)}</text>` +
    `<text class="axis" transform="translate(12 ${sheet.y(0.5)}) rotate(-90)" text-anchor="middle">${safe(y.title)}</text>` +
    `${draw(sheet)}</svg>`
  );
}

export function figure(caption: string, body: string, wide = false): string {
  return wide
    ? `<figure class="wide"><figcaption>${safe(caption)}</figcaption><div class="scroll" tabindex="0">${body}</div></figure>`
    : `<figure><figcaption>${safe(caption)}</figcaption>${body}</figure>`;
}

export const round = (value: number): number => Math.round(value * 10) / 10;

/** A colour for a rank from 0, the best, to 1: strong to faint. */
export function shade(rank: number): string {
  return `color-mix(in oklab,var(--accent) ${Math.round(100 - 85 * rank)}%,var(--faint))`;
}
