/**
 * How long Studio keeps a person waiting beside loading: a table of 30,000 runs and a comparison of 20 runs, in Chromium, by real keys and clicks.
 * Of each interaction the longest task of the page's main thread (its own work: what blocks everything else), and the time from the input to
 * the picture that answers it (Event Timing, which also holds the browser's drawing). The answers of the server come as they come.
 *
 *     ./osler bench studio [--runs 30000] [--times 7] [--slowdown 1] [--home DIR] [--only WORDS] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/store/store.ts';
import { launchBrowser } from '../../test/browser/chromium.ts';
import { serve } from '../reading/serve.ts';
import { fillOsler } from '../tracking/fill.ts';
import { interactions } from './interactions.ts';
import { measured, type Row } from './measure.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '30000' },
    times: { type: 'string', default: '7' },
    /** The processor is made so many times slower, for the page alone. */
    slowdown: { type: 'string', default: '1' },
    /** Where the runs are: written there the first time, and kept. */
    home: { type: 'string' },
    /** Only interactions whose name holds this. */
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const COMPARED = 20;
const NAME = 'compared';
const METRICS = 12;
const STEPS = 1_000;

/** The newest runs have curves. */
async function fill(home: string): Promise<string[]> {
  await using store = await openStore(home);
  const there = await store.pulse.named(NAME, COMPARED);
  if (there.length > 0) return there.map(({ id }) => id);
  await fillOsler(store, Number(options.runs));
  const ids: string[] = [];
  for (let r = 0; r < COMPARED; r++) {
    const startedAt = 1_800_000_000_000 + r * 60_000;
    const { id } = await store.tracked.start({ experimentId: 0, name: `${NAME} ${r}`, startedAt });
    ids.push(id);
    for (let m = 0; m < METRICS; m++) {
      const metrics = Array.from({ length: STEPS }, (_, step) => ({
        key: m === 0 ? 'val.loss' : `val.metric${m}`,
        step,
        timestamp: startedAt + step * 50,
        value: 1 / (1 + step / 100) + 0.05 * Math.sin(step * (r + 1)) + m,
      }));
      await store.logs.write(id, { metrics, params: [] });
    }
    await store.tracked.change(id, { status: 'finished', endedAt: startedAt + 60_000 });
  }
  return ids;
}

const home = options.home ?? mkdtempSync(join(tmpdir(), 'osler-bench-studio-'));
const rows: Row[] = [];
try {
  process.stderr.write(`writing ${options.runs} runs, ${COMPARED} of them with ${METRICS} curves\n`);
  const ids = await fill(home);
  const { child, url } = await serve(home);
  const browser = await launchBrowser();
  try {
    for (const interaction of interactions(ids).filter(({ name }) => name.includes(options.only))) {
      process.stderr.write(`${interaction.name}\n`);
      const how = { url, times: Number(options.times), slowdown: Number(options.slowdown) };
      rows.push(await measured(browser, interaction, how));
    }
  } finally {
    await browser.close();
    child.kill();
  }
} finally {
  if (options.home === undefined) rmSync(home, { recursive: true, force: true });
}
if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else {
  for (const { name, tasks, paints } of rows)
    process.stdout.write(
      `${name.padEnd(42)} longest task median ${ms(median(tasks))} ms, worst ${ms(Math.max(...tasks))} ms  input to picture median ${ms(median(paints))} ms, worst ${ms(Math.max(...paints))} ms\n`,
    );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
function ms(value: number): string {
  return value.toFixed(0).padStart(4);
}
