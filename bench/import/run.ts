/**
 * Import of many small files: time and memory at two sizes, ten times apart, from one run.
 *
 *   ./osler bench import [--small 10000] [--large 100000]
 *
 * Prints, for each size, files a second and the peak of the process's memory (VmHWM), for the first import and for one of
 * unchanged data; then the ratio of the peaks. Constant memory means a ratio near 1.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importDataset } from '../../src/data/import.ts';
import { encodePng } from '../../src/data/png.ts';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '100000' },
    /** What a child does: imports this folder into this home and says what it took. */
    source: { type: 'string' },
    home: { type: 'string' },
  },
});

interface Took {
  seconds: number;
  peakMB: number;
  samples: number;
}

if (values.source !== undefined && values.home !== undefined) {
  const start = performance.now();
  const { samples } = await importDataset(values.source, { name: 'many' }, { home: values.home });
  const peakMB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, peakMB, samples } satisfies Took));
} else {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, node ${process.version}`);
  const peaks = [Number(values.small), Number(values.large)].map(measure);
  console.log(`peak memory, ${values.large} files over ${values.small}: ${(peaks[1]! / peaks[0]!).toFixed(2)}x`);
}

function measure(count: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'osler-bench-import-'));
  try {
    const source = join(folder, 'source');
    draw(source, count);
    const first = child(source, join(folder, 'home'));
    const again = child(source, join(folder, 'home'));
    for (const [name, took] of [
      ['first', first],
      ['unchanged', again],
    ] as const) {
      const rate = Math.round(took.samples / took.seconds);
      console.log(
        `${count} files, ${name}: ${took.seconds.toFixed(1)} s, ${rate} files/s, peak ${took.peakMB.toFixed(0)} MB`,
      );
    }
    return first.peakMB;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 16x16 PNGs of noise, no two alike, in two classes of one folder each. */
function draw(source: string, count: number): void {
  for (const label of ['a', 'b']) mkdirSync(join(source, label), { recursive: true });
  const data = Buffer.alloc(256);
  for (let i = 0; i < count; i++) {
    for (let at = 0; at < data.length; at += 32) createHash('sha256').update(`${i} ${at}`).digest().copy(data, at);
    const file = encodePng({ width: 16, height: 16, channels: 1, bitDepth: 8, data });
    writeFileSync(join(source, i % 2 ? 'a' : 'b', `image_${i}.png`), file);
  }
}

function child(source: string, home: string): Took {
  const self = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, [self, '--source', source, '--home', home], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the import failed: ${stderr}`);
  return JSON.parse(stdout) as Took;
}
