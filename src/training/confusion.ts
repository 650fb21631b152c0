const CELL = 64;
const EDGE = 16;

/** A confusion matrix as SVG: rows are the truth, columns the answers; the shade is the share of the row. Counts [classes, classes], row-major. */
export function confusionToSvg(title: string, classes: readonly string[], matrix: readonly number[]): string {
  const n = classes.length;
  const left = EDGE + 28 + Math.max(...classes.map((name) => shown(name).length)) * 7;
  const top = 72;
  const size = n * CELL;
  const cells: string[] = [];
  for (let row = 0; row < n; row++) {
    const counts = matrix.slice(row * n, (row + 1) * n);
    const total = counts.reduce((a, b) => a + b, 0);
    for (const [column, count] of counts.entries()) {
      const share = total === 0 ? 0 : count / total;
      const [x, y] = [left + column * CELL, top + row * CELL];
      cells.push(
        `<rect x="${x}" y="${y}" width="${CELL - 2}" height="${CELL - 2}" fill="#2563eb" fill-opacity="${(0.06 + 0.54 * share).toFixed(3)}"/>`,
        `<text x="${x + CELL / 2 - 1}" y="${y + CELL / 2}" text-anchor="middle" fill="#111">${count}</text>`,
        `<text x="${x + CELL / 2 - 1}" y="${y + CELL / 2 + 15}" text-anchor="middle" font-size="10" fill="#222">${total === 0 ? '' : `${Math.round(100 * share)}%`}</text>`,
      );
    }
    cells.push(
      `<text x="${left - 8}" y="${top + row * CELL + CELL / 2 + 4}" text-anchor="end">${safe(shown(classes[row]!))}</text>`,
      `<text x="${left + row * CELL + CELL / 2}" y="${top - 8}" text-anchor="middle">${safe(shown(classes[row]!, 9))}</text>`,
    );
  }
  const [width, height] = [left + size + EDGE, top + size + EDGE + 8];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${EDGE}" y="24" font-size="14" font-weight="600">${safe(title)}</text>
<text x="${EDGE}" y="42" fill="#555">rows: truth, columns: answers</text>
${cells.join('\n')}
</svg>
`;
}

/** A name that fits beside its row. */
function shown(name: string, most = 24): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
