import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Dataset, Split } from '../../src/data/dataset.js'
import { acquireLock, lockPath } from '../../src/disk/lock/index.js'
import { mmlatch } from '../../src/models/index.js'
import { RunFolder } from '../../src/runs/folder.js'
import { trainRun } from '../../src/runs/run.js'
import { fingerprintOf, firstDifference } from '../../src/runs/train/fingerprint.js'
import { readRun } from '../../src/runs/trained.js'
import { sentiment } from '../../src/task/sentiment.js'
import { temporaryFolder } from '../support/folders.js'
import { smallCorpus, smallRunConfig, smallRuns } from '../support/small-run.js'

const folder = temporaryFolder()
const { dataset, request, complete, stopped } = smallRuns(folder)
const at = (...parts: string[]) => join(folder, ...parts)

describe('a run in one folder', () => {
  test('is computed by one process at a time: the other waits, and says for whom', async () => {
    const begun: string[] = []
    const waited: string[] = []
    const watching = (name: string) => ({
      started: () => void begun.push(name),
      waiting: ({ pid, lock }: { pid: number; lock: string }) =>
        void waited.push(`${name} for ${pid} by ${lock}`),
    })
    const [one, other] = await Promise.all([
      complete('together', { watcher: watching('one') }),
      complete('together', { watcher: watching('other') }),
    ])
    expect(begun).toEqual(['one'])
    expect(waited).toEqual([`other for ${process.pid} by ${lockPath(at('together'))}`])
    expect(other).toEqual(one)
    expect(existsSync(lockPath(at('together')))).toBe(false)
  })

  test('can be stopped while it waits', async () => {
    const lock = acquireLock(lockPath(at('held')))
    const control = new AbortController()
    const watcher = { waiting: () => control.abort() }
    const outcome = await trainRun(request('held', { watcher, signal: control.signal }))
    expect(outcome).toEqual({ state: 'stopped', epoch: 0 })
    if (lock.acquired) lock.release()
  })

  test('writes nothing more once another process took its lock over', async () => {
    const path = lockPath(at('lost'))
    const watcher = {
      stepped: ({ epoch }: { epoch: number }) => {
        if (epoch === 2) writeFileSync(path, JSON.stringify({ pid: 7, began: '', host: 'gpu2' }))
      },
    }
    const run = trainRun(request('lost', { watcher }))
    await expect(run).rejects.toThrow(/has taken over the run.*: got process 7 on gpu2/)
    expect(new RunFolder(at('lost')).readEpochs()).toHaveLength(1)
  })

  test('writes no results either once its lock was taken over', async () => {
    const path = lockPath(at('lost late'))
    const watcher = {
      finishedEpoch: ({ epoch }: { epoch: number }) => {
        if (epoch === 2) writeFileSync(path, JSON.stringify({ pid: 7, began: '', host: 'gpu2' }))
      },
    }
    const run = trainRun(request('lost late', { watcher }))
    await expect(run).rejects.toThrow(/another process has taken over/)
    expect(readdirSync(at('lost late')).filter((name) => /results|predictions/.test(name))).toEqual(
      [],
    )
  })

  test('writes each of its files only while it has the lock', () => {
    let lost = false
    const confirm = () => {
      if (lost) throw new Error('lost')
    }
    const run = new RunFolder(at('guarded'), { confirm })
    const writes = [
      () => run.writeEnvironment(1),
      () => run.writeConfig(smallRunConfig()),
      () => run.writeEpochs([]),
      () => run.writePredictions('test', []),
      () => run.writeWeights(new Map(), new Map(), 'mmlatch'),
      () => run.stage(1, 'first').writeEpochs([]),
    ]
    for (const write of writes) write()
    lost = true
    for (const write of writes) expect(write).toThrow('lost')
  })

  test('of something else is refused at once, also while it is computed', async () => {
    await complete('other')
    const lock = acquireLock(lockPath(at('other')))
    const config = smallRunConfig({}, { hidden: 5 })
    await expect(trainRun(request('other', { config }))).rejects.toThrow(/contains another run/)
    if (lock.acquired) lock.release()
  })

  test('that never finished an epoch gives way to the corrected command', async () => {
    const config = smallRunConfig({ learningRate: 1e30, clipNorm: 1e30 })
    await expect(trainRun(request('corrected', { config }))).rejects.toThrow(/is NaN or infinite/)
    expect((await complete('corrected')).epochs).toBe(2)
  })

  test('is not begun for a rate that is for no parameter', async () => {
    const config = smallRunConfig({ rates: { encodrs: 0.1 } })
    await expect(trainRun(request('rates', { config }))).rejects.toThrow(/starts with "encodrs"/)
    expect(existsSync(at('rates'))).toBe(false)
  })
})

describe('results', () => {
  test('tell the weights that they came from', async () => {
    const results = await complete('one')
    expect(results.weights).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(readRun(new RunFolder(at('one'))).weights.size).toBeGreaterThan(0)
  })

  test('beside the weights of another run are refused wherever the run is opened', async () => {
    await complete('mixed')
    await complete('else', { config: { ...smallRunConfig(), seed: 6 } })
    copyFileSync(at('else', 'weights.safetensors'), at('mixed', 'weights.safetensors'))
    const refusal =
      /weights differ from those of the recorded results: expected sha256:.*got sha256:/
    expect(() => readRun(new RunFolder(at('mixed')))).toThrow(refusal)
    await expect(trainRun(request('mixed'))).rejects.toThrow(refusal)
  })

  test('of a version that kept no digest still open', async () => {
    await complete('older')
    const path = at('older', 'results.json')
    const { weights: _, ...rest } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify(rest))
    expect(readRun(new RunFolder(at('older'))).weights.size).toBeGreaterThan(0)
  })
})

/** The corpus with one split changed. */
function changed(name: 'train' | 'valid' | 'test', change: (split: Split) => Split): Dataset {
  const same = smallCorpus()
  return { ...same, splits: { ...same.splits, [name]: change(same.splits[name]) } }
}

/** One number of one sample is another. */
function withOtherNumber(split: Split): Split {
  const { text } = split.features
  if (!text) throw new Error('the corpus was to have text')
  const read: typeof text.read = (sample, target, offset) => {
    text.read(sample, target, offset)
    if (sample === 7) target[offset + 2] = 0.125
  }
  return { ...split, features: { ...split.features, text: { ...text, read } } }
}

describe('data of the same sizes that changed while a run was stopped are noticed:', () => {
  test.each([
    ['one number of the training set', changed('train', withOtherNumber), 'text of the train'],
    ['one number of the test set', changed('test', withOtherNumber), 'text of the test'],
    [
      'one target',
      changed('valid', (split) => ({
        ...split,
        targets: { sentiment: (split.targets.sentiment ?? new Float32Array()).with(3, -2.5) },
      })),
      'targets of the valid',
    ],
    [
      'the order of samples',
      changed('train', (split) => ({ ...split, ids: [...split.ids].reverse() })),
      'ids of the train',
    ],
  ])('%s', async (name, other, part) => {
    await stopped(name, 1)
    await expect(trainRun(request(name, { dataset: other }))).rejects.toThrow(
      new RegExp(`the data has changed since the run started: expected the ${part} split`),
    )
    expect((await complete(name)).epochs).toBe(2)
  })

  test('what the model does not read may be another', async () => {
    await stopped('unread', 1)
    const other = changed('train', (split) => {
      const { audio: _, ...features } = split.features
      return { ...split, features }
    })
    expect((await complete('unread', { dataset: other })).epochs).toBe(2)
  })

  test('of a corpus above the limit, ids and targets whole and samples at even distances', async () => {
    const model = mmlatch.configure({ modalities: ['text'], feedback: 'none' })
    const task = sentiment({ loss: 'l1' })
    const bounded = (data: Dataset) => fingerprintOf(data, model, task, 5000)
    const reads: number[] = []
    const counted = changed('train', (split) => {
      const { text } = split.features
      if (!text) return split
      const read: typeof text.read = (sample, target, offset) => {
        reads.push(sample)
        text.read(sample, target, offset)
      }
      return { ...split, features: { ...split.features, text: { ...text, read } } }
    })
    const { every = 1 } = await bounded(counted)
    expect(every).toBeGreaterThan(1)
    expect(reads).toEqual(Array.from({ length: Math.ceil(40 / every) }, (_, k) => k * every))
    const whole = await bounded(dataset)
    expect(firstDifference(whole, await bounded(counted))).toBeUndefined()
    expect(firstDifference(whole, await bounded(smallCorpus({ seed: 4 })))).toBeDefined()
  })
})
