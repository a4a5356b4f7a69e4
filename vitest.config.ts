import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of the command line run the program as it is built.
    globalSetup: ['test/support/build.ts'],
    testTimeout: 60_000,
    // Each native session brings its own threads: more workers than cores would only fight.
    maxWorkers: 2,
  },
})
