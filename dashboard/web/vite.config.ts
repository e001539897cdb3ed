import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env['SPECRELAY_HTTP'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': server, '/login': server } },
  build: {
    target: 'es2022',
    // A style sheet or picture inlined as a data URL would need a weaker content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    setupFiles: ['src/test/setup.ts'],
  },
});
