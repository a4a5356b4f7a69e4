import type { BenchmarkName } from './benchmarks.js'
import type { MakeStep } from './step.js'

/** Limbic's own entries. Each runs in a process of its own, with two threads, on batches of full length. */
export const ours: Partial<Record<BenchmarkName, MakeStep>> = {}
