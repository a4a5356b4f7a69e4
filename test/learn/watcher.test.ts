import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { synthesise } from '../../src/data/index.js'
import { runConfig } from '../../src/learn/config.js'
import { type RunWatcher, shareDone, type TrainingStart } from '../../src/learn/watcher.js'
import { RunFolder } from '../../src/runs/folder.js'
import { trainRun } from '../../src/runs/run.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()

/** A watcher that keeps how much of the run is done, at the start of each training and after each step. */
function follow(): { watcher: RunWatcher; starts: TrainingStart[]; shares: number[] } {
  const starts: TrainingStart[] = []
  const shares: number[] = []
  const watcher: RunWatcher = {
    started: (about) => {
      starts.push(about)
      const at = { epoch: about.resumedFrom + 1, batch: 0, batches: about.batches }
      shares.push(shareDone(about, at))
    },
    stepped: (at) => {
      const about = starts.at(-1)
      if (about) shares.push(shareDone(about, at))
    },
  }
  return { watcher, starts, shares }
}

describe('how much of a run is done', () => {
  const dataset = synthesise({
    ...{ aligned: true, samples: { train: 24, valid: 8, test: 8 } },
    ...{ widths: { text: 4, audio: 3, vision: 2 }, seed: 3 },
  })
  const config = (training: object) =>
    runConfig.parse({
      model: 'hda',
      settings: {
        ...{ channels: 2, heads: 1, keyWidth: 2, width: 2, hidden: 2, reduced: 2, fusedWidth: 2 },
        stageEpochs: { text: 4, audio: 1, vision: 1, dcca: 2, fused: 8 },
      },
      data: { path: 'synthetic' },
      training: { epochs: 6, patience: 6, ...training },
      threads: 1,
    })
  const rises = (shares: readonly number[]) =>
    shares.every((share, place) => place === 0 || share >= (shares[place - 1] ?? 1))

  test('goes from 0 to 1 over all stages, each by its epochs', async () => {
    const { watcher, starts, shares } = follow()
    const request = { config: config({}), dataset, folder: join(folder, 'staged'), watcher }
    await trainRun(request)
    // 4 + 1 + 1 + 2 + 6 epochs: no stage takes more than the run allows.
    const ends = [4, 5, 6, 8, 14].map((epochs) => epochs / 14)
    expect(starts.map(({ share }) => share.to)).toEqual(ends)
    expect(starts.map(({ share }) => share.from)).toEqual([0, ...ends.slice(0, -1)])
    expect(rises(shares)).toBe(true)
    expect(shares[0]).toBe(0)
    expect(shares.at(-1)).toBeCloseTo(1, 12)
    const [first] = starts
    // After the first epoch of fourteen.
    expect(shares[first?.batches ?? 0]).toBeCloseTo(1 / 14, 12)
  })

  test('goes on in the stage where the run was stopped', async () => {
    const control = new AbortController()
    const before = follow()
    await trainRun({
      ...{ config: config({}), dataset, folder: join(folder, 'stopped'), signal: control.signal },
      watcher: {
        ...before.watcher,
        // In the fourth stage, that of two epochs, after the first.
        finishedEpoch: () => {
          if (before.starts.length === 4) control.abort()
        },
      },
    })
    const after = follow()
    await trainRun({
      ...{ config: config({}), dataset, folder: join(folder, 'stopped'), watcher: after.watcher },
    })
    expect(after.starts[0]).toMatchObject({ turn: { number: 4, count: 5 }, resumedFrom: 1 })
    expect(after.shares[0]).toBeCloseTo(7 / 14, 12)
    expect(after.shares.at(-1)).toBeCloseTo(1, 12)
  })

  test('of a refit is one half before it and one half in it', async () => {
    const { watcher, starts, shares } = follow()
    const request = { config: config({ refit: true }), dataset, watcher }
    await trainRun({ ...request, folder: join(folder, 'refit') })
    expect(starts.map(({ refit }) => refit)).toEqual([
      ...Array(5).fill(false),
      ...Array(5).fill(true),
    ])
    expect(starts[4]?.share.to).toBe(0.5)
    expect(starts[5]?.share.from).toBe(0.5)
    expect(starts[9]?.share.to).toBe(1)
    expect(rises(shares)).toBe(true)
    // By the epochs that it takes, not by those that it might have taken.
    const took = starts.slice(5).map(({ epochs }) => epochs)
    const all = took.reduce((total, epochs) => total + epochs)
    expect(starts[5]?.share.to).toBeCloseTo(0.5 + (took[0] ?? 0) / all / 2, 12)
    expect(new RunFolder(join(folder, 'refit')).complete).toBe(true)
  })
})
