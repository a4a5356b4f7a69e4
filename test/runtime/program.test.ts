import { expect, test } from 'vitest'
import { multiply, reduceMean } from '../../src/graph/index.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { openProgram } from '../../src/runtime/program.js'

test('a program is built once and runs on inputs of any length', async () => {
  const energy = await openProgram(nodeEngine, (graph) => {
    const waveform = graph.input('waveform', 'float32', ['time'])
    return { energy: reduceMean(multiply(waveform, waveform), [0]) }
  })
  try {
    for (const samples of [[3], [1, 2, 2]]) {
      const results = await energy.run({
        waveform: {
          dataType: 'float32',
          shape: [samples.length],
          data: Float32Array.from(samples),
        },
      })
      const mean = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length
      expect(results.get('energy')?.data[0]).toBeCloseTo(mean, 6)
    }
  } finally {
    await energy.close()
  }
})
