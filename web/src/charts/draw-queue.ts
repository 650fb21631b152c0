interface Waiting {
  draw: () => void;
  inSight: () => boolean;
}

/** By chart: of one that changes again before its turn only the last state is drawn. */
const waiting = new Map<object, Waiting>();
let scheduled = false;

/**
 * Charts are drawn one after the other, each in a task of its own and those in sight first: a press that changes twenty of them is answered
 * at once. Call what is returned when the chart goes.
 */
export function drawSoon(chart: object, draw: () => void, inSight: () => boolean): () => void {
  waiting.set(chart, { draw, inSight });
  schedule();
  return () => void waiting.delete(chart);
}

/** All that waits, at once: before the page is printed. */
export function drawNow(): void {
  const all = [...waiting.values()];
  waiting.clear();
  for (const { draw } of all) draw();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(next);
}

function next(): void {
  scheduled = false;
  const all = [...waiting];
  const [chart, first] = all.find(([, { inSight }]) => inSight()) ?? all[0] ?? [];
  if (chart === undefined || first === undefined) return;
  waiting.delete(chart);
  if (waiting.size > 0) schedule();
  first.draw();
}
