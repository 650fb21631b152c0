/**
 * Compiles native/wasm/jpeg.ts into src/data/jpeg/kernel-code.ts: `npm run wasm`. `--check` writes nothing and fails when the
 * two do not belong together. AssemblyScript is fetched by npx at the version named here; nothing else needs it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILER = 'assemblyscript@0.28.20';
const source = fileURLToPath(new URL('jpeg.ts', import.meta.url));
const target = fileURLToPath(new URL('../../src/data/jpeg/kernel-code.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'osler-wasm-'));
try {
  const out = join(folder, 'jpeg.wasm');
  const flags = [
    '-O3',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--noAssert',
    '--importMemory',
    '--memoryBase',
    '4096',
  ];
  execFileSync('npx', ['--yes', '--package', COMPILER, 'asc', source, ...flags, '-o', out], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const lines = readFileSync(out)
    .toString('base64')
    .match(/.{1,110}/g)!
    .map((line) => `  '${line}',`);
  const code = `/** Made by \`npm run wasm\` from native/wasm/jpeg.ts with ${COMPILER}: WebAssembly, base64. */\nexport const KERNEL = [\n${lines.join('\n')}\n].join('');\n`;
  if (!process.argv.includes('--check')) writeFileSync(target, code);
  else if (readFileSync(target, 'utf8') !== code)
    throw new Error(`${target} was not made from ${source}: run npm run wasm`);
} finally {
  rmSync(folder, { recursive: true });
}
