import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const page = (name: string) => resolve(import.meta.dirname, `${name}.html`)

// Five apps, five pages. Nothing is inlined, so that the server's policy can say 'self' and mean it.
export default defineConfig({
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        citizen: page('citizen'),
        operator: page('operator'),
        office: page('office'),
        guest: page('guest'),
        machine: page('machine'),
      },
    },
  },
  server: {
    fs: { allow: ['..'] },
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/ws': { target: 'ws://127.0.0.1:8080', ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'tools/**/*.test.ts'] },
})
