import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';

export interface Interaction {
  name: string;
  path: string;
  /** Waits until the page is there. */
  ready(page: Page): Promise<unknown>;
  /** What is pressed is found before; what is returned is the input alone, by mouse or keyboard. Times are told apart by their number. */
  aim(page: Page, time: number): Promise<() => Promise<unknown>>;
}

export interface Row {
  name: string;
  /** Of each time, milliseconds of the longest task of the main thread. */
  tasks: number[];
  /** Of each time, milliseconds from the input to the picture that answers it. */
  paints: number[];
}

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  pid: number;
  tid: number;
  args?: { name?: string; data?: { type?: string } };
}

const INPUTS = ['pointerdown', 'mousedown', 'keydown', 'wheel', 'pointermove'];

/** What an interaction sets off is over by then, answers of the server included. */
const SETTLE_MS = 900;

const WATCH = `
  window.paints = [];
  new PerformanceObserver((list) => { for (const { duration, interactionId, name } of list.getEntries()) if (interactionId > 0 || name === 'wheel') window.paints.push(duration); })
    .observe({ type: 'event', durationThreshold: 16, buffered: false });
`;

/** The same input again and again on one page, with a trace of the browser around each. */
export async function measured(
  browser: Browser,
  { name, path, ready, aim }: Interaction,
  { url, times, slowdown }: { url: string; times: number; slowdown: number },
): Promise<Row> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    const debug = await context.newCDPSession(page);
    if (slowdown > 1) await debug.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.goto(`${url}${path}`);
    await ready(page);
    await sleep(SETTLE_MS);
    const row: Row = { name, tasks: [], paints: [] };
    for (let time = 0; time < times; time++) {
      const act = await aim(page, time);
      // The search for it is over.
      await sleep(100);
      await page.evaluate('window.paints.length = 0');
      const tasks = await traced(debug, async () => {
        await act();
        await sleep(SETTLE_MS);
      });
      row.tasks.push(Math.max(0, ...tasks));
      row.paints.push(Math.max(0, ...((await page.evaluate('window.paints')) as number[])));
    }
    return row;
  } finally {
    await context.close();
  }
}

/** Milliseconds of each task of the page's main thread meanwhile. */
async function traced(debug: CDPSession, work: () => Promise<unknown>): Promise<number[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }): void => void events.push(...(value as TraceEvent[]));
  const over = new Promise((resolve) => debug.once('Tracing.tracingComplete', resolve));
  debug.on('Tracing.dataCollected', collect as never);
  await debug.send('Tracing.start', { transferMode: 'ReportEvents', categories: 'toplevel,devtools.timeline' });
  await work();
  await debug.send('Tracing.end');
  await over;
  debug.off('Tracing.dataCollected', collect as never);
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const main = events.filter(({ ph, pid, tid }) => ph === 'X' && mains.has(`${pid} ${tid}`));
  const input = main.find(({ name, args }) => name === 'EventDispatch' && INPUTS.includes(args?.data?.type ?? ''));
  if (input === undefined) throw new Error('No input was seen.');
  // From the task of the input on, until the trace is asked to end, which is a task too.
  const [from, to] = [input.ts, input.ts + (SETTLE_MS - 100) * 1_000];
  return main
    .filter(({ name, ts, dur = 0 }) => name.endsWith('RunTask') && ts + dur > from && ts < to)
    .map(({ dur = 0 }) => dur / 1_000);
}
