import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // `vite web` during development: the API of a running `./osler serve`.
  server: { host: '127.0.0.1', proxy: { '/predict': 'http://127.0.0.1:8080', '/model': 'http://127.0.0.1:8080' } },
  build: { outDir: 'dist', emptyOutDir: true, modulePreload: { polyfill: false } },
});
