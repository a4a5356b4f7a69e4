import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of the command line run the program as it is built.
    globalSetup: ['test/support/setup/build.ts', 'test/support/setup/state.ts'],
    // What is built is run as it is, not transformed.
    server: { deps: { external: [/\/dist\//] } },
    // Generous: some tests start real programs, and the machine may be busy.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Each native session brings its own threads: more workers than cores would only fight.
    maxWorkers: 2,
  },
})
