/** What tests of sound share. */
import { RandomStream } from '../../../src/base/random.js'
import type { Tensor } from '../../../src/graph/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { openProgram } from '../../../src/runtime/program.js'
import type { Value } from '../../../src/runtime/session.js'

/** Numbers with their shape. */
export function numbersOf(value: Value | undefined): {
  readonly shape: readonly number[]
  readonly data: readonly number[]
} {
  if (!value) throw new Error('no such result')
  return { shape: value.shape, data: Array.from(value.data, Number) }
}

/** The largest difference of two lists of one length; infinite where a number is none. */
export function largestGap(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let place = 0; place < left.length; place++) {
    const gap = Math.abs((left[place] ?? 0) - (right[place] ?? 0))
    worst = Math.max(worst, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap)
  }
  return worst
}

/** A sine of full scale unless `amplitude` says otherwise. */
export function sine(
  hertz: number,
  {
    rate = 16_000,
    seconds = 1,
    amplitude = 1,
  }: { rate?: number; seconds?: number; amplitude?: number } = {},
): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate),
  )
}

/** Normal noise, the same at each call. */
export function noise(samples: number, name = 'noise', amplitude = 0.1): Float32Array {
  const random = new RandomStream(3, name)
  return Float32Array.from({ length: samples }, () => amplitude * random.normal())
}

/** What a function of a waveform [1, samples] makes of samples, by ONNX Runtime. */
export async function compute(
  samples: Float32Array,
  apply: (waveform: Tensor) => Tensor,
  size: number | string = 'samples',
): Promise<ReturnType<typeof numbersOf>> {
  const program = await openProgram(
    nodeEngine,
    (graph) => ({ result: apply(graph.input('waveform', 'float32', [1, size])) }),
    { session: { threads: 1 } },
  )
  const results = await program.run({
    waveform: { dataType: 'float32', shape: [1, samples.length], data: samples },
  })
  await program.close()
  return numbersOf(results.get('result'))
}
