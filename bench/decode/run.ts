/**
 * Decode and resize, images a second of one core, against Pillow with its draft mode (JPEG's scaled decoding):
 *
 *     ./osler bench decode [--seconds 2] [--json]
 *
 * From bytes in memory to 224x224 RGB; processor time, so that what else runs on the machine counts little. Both sides alternate
 * (A B A B). Pillow goes into a virtual environment in the temporary folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeToSize } from '../../src/data/preprocess.ts';
import { writePhotographs } from '../photographs.ts';
import { pythonWith } from '../python.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, json: { type: 'boolean', default: false } },
});
const SIDE = 224;
const python = pythonWith('decode', ['pillow']);
const folder = mkdtempSync(join(tmpdir(), 'osler-bench-decode-'));
try {
  const rows = [];
  for (const [width, height] of [
    [600, 450],
    [1024, 1024],
  ] as const) {
    const paths = await writePhotographs(join(folder, `${width}`), 24, width, height);
    const times = { osler: [] as number[], pillow: [] as number[] };
    for (let round = 0; round < 2; round++) {
      times.osler.push(await ours(paths));
      times.pillow.push(peer(paths));
    }
    const [osler, pillow] = [mean(times.osler), mean(times.pillow)];
    rows.push({ width, height, osler: 1000 / osler, pillow: 1000 / pillow, ratio: pillow / osler });
  }
  if (options.json) console.log(JSON.stringify({ cpu: cpus()[0]?.model, side: SIDE, rows }, null, 2));
  else {
    console.log(`${cpus()[0]?.model}; images a second of one core, to ${SIDE}x${SIDE}`);
    for (const { width, height, osler, pillow, ratio } of rows) {
      console.log(
        `${width}x${height}  osler ${osler.toFixed(0)}  Pillow draft ${pillow.toFixed(0)}  ratio ${ratio.toFixed(2)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function ours(paths: readonly string[]): Promise<number> {
  const spec = { width: SIDE, height: SIDE, fit: 'stretch', channels: 3 } as const;
  const files = paths.map((path) => readFileSync(path));
  for (let warm = 0; warm < 4; warm++) for (const bytes of files) await decodeToSize(bytes, spec);
  let count = 0;
  const wall = performance.now();
  const start = process.cpuUsage();
  while (performance.now() - wall < Number(options.seconds) * 1000) {
    for (const bytes of files) await decodeToSize(bytes, spec);
    count += files.length;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / count;
}

function peer(paths: readonly string[]): number {
  const script = fileURLToPath(new URL('peer.py', import.meta.url));
  return Number(execFileSync(python, [script, options.seconds, String(SIDE), ...paths], { encoding: 'utf8' }));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
