import { expect, test } from 'vitest'
import type { EpochRecord } from '../../../src/learn/records.js'
import { watchShare } from '../../../src/sweep/progress.js'

test('a run of several trainings is followed from 0 to 1, and told by its stage', () => {
  const shown: [number, string][] = []
  const watcher = watchShare((done, state) => shown.push([Number(done.toFixed(6)), state]))
  const start = { parameters: 1, batches: 4, resumedFrom: 0, refit: false }
  const step = { batches: 4, loss: 1, samples: 8 }
  const record: EpochRecord = {
    ...{ epoch: 1, trainLoss: 1, validLoss: 0.5, rate: 1, seconds: 1, best: true, metrics: {} },
  }
  const turn = (number: number) => ({ turn: { number, count: 2 } })
  watcher.started?.({
    ...{ ...start, ...turn(1), stage: 'text', epochs: 2, share: { from: 0, to: 0.2 } },
  })
  watcher.stepped?.({ ...step, epoch: 1, batch: 2 })
  watcher.finishedEpoch?.(record)
  watcher.stepped?.({ ...step, epoch: 2, batch: 4 })
  watcher.started?.({
    ...{ ...start, ...turn(2), stage: 'fused', epochs: 8, share: { from: 0.2, to: 1 } },
    resumedFrom: 2,
  })
  watcher.stepped?.({ ...step, epoch: 8, batch: 4 })
  expect(shown).toEqual([
    [0, 'stage 1/2 text'],
    [0.05, 'stage 1/2 text, epoch 1/2'],
    [0.2, 'stage 1/2 text, epoch 2/2, validation loss 0.5000'],
    [0.4, 'stage 2/2 fused, resuming after epoch 2'],
    [1, 'stage 2/2 fused, epoch 8/8'],
  ])
})

test('what a refit learned from says nothing of it', () => {
  let shown = ''
  const watcher = watchShare((_, state) => {
    shown = state
  })
  const share = { from: 0.5, to: 1 }
  watcher.started?.({ parameters: 1, batches: 1, epochs: 3, resumedFrom: 0, refit: true, share })
  watcher.finishedEpoch?.({
    ...{ epoch: 1, trainLoss: 1, validLoss: 0.5, rate: 1, seconds: 1, best: true, metrics: {} },
  })
  watcher.stepped?.({ epoch: 2, batch: 1, batches: 1, loss: 1, samples: 8 })
  expect(shown).toBe('on training and validation data, epoch 2/3')
})
