import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Each native session brings its own threads: more workers than cores would only fight.
    maxWorkers: 2,
  },
})
