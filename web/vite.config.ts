import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVER = 'http://127.0.0.1:5000';
/** Smaller files gain nothing. */
const WORTH_IT = 1_000;

/** Beside each file its compressed form, which the server sends as it is. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const content = readFileSync(join(dir, name));
        if (content.length < WORTH_IT) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content, { params }));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  // `vite web` during development, with a running `./osler server` behind it.
  server: {
    host: '127.0.0.1',
    // The metrics' names are read where the reports read them: src/evaluation/metrics/words.ts.
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(
      ['/v1', '/predict/image', '/model/info', '/docs', '/metrics'].map((path) => [path, SERVER]),
    ),
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Which files a page needs: the test of the first page's size reads it.
    manifest: true,
  },
});
