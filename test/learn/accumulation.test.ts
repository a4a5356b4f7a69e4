import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folders.js'
import { smallRunConfig, smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const still = { dropout: 0 }

describe('a run that accumulates gradients', () => {
  test('is the run with batches of so many times the samples', async () => {
    // Forty samples in steps of twelve: the last has four.
    const large = smallRuns(folder, smallRunConfig({ batchSize: 12 }, still))
    const parts = { batchSize: 4, gradientAccumulation: 3 }
    const small = smallRuns(folder, smallRunConfig(parts, still))
    await large.complete('large')
    const batches: number[] = []
    await small.complete('small', { watcher: { started: (about) => batches.push(about.batches) } })
    expect(batches).toEqual([4])
    const [one, other] = [large.open('large').readEpochs(), small.open('small').readEpochs()]
    expect(other).toHaveLength(one.length)
    for (const [index, { trainLoss, validLoss }] of one.entries()) {
      expect(other[index]?.trainLoss).toBeCloseTo(trainLoss, 5)
      expect(other[index]?.validLoss).toBeCloseTo(validLoss, 5)
    }
  })

  test('goes on to the same bits after it was stopped', async () => {
    const training = { batchSize: 4, gradientAccumulation: 3, epochs: 3, clipValue: 0.01 }
    const runs = smallRuns(folder, smallRunConfig(training, { dropout: 0.3 }))
    await runs.complete('whole')
    await runs.stoppedAt('stopped', { epoch: 2, batch: 2 })
    await runs.complete('stopped')
    expect(runs.bytes('stopped').equals(runs.bytes('whole'))).toBe(true)
  })
})
