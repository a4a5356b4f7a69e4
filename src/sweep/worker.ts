/** The program of a worker process: trains one run after another for its parent. */

import { LimbicError, messageOf } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import { acquireLock, lockPath } from '../disk/lock/index.js'
import type { DataConfig } from '../learn/config.js'
import type { RunWatcher } from '../learn/watcher.js'
import { takeConsents } from '../runs/model-file/index.js'
import { openData } from '../runs/open-data.js'
import { trainLocked } from '../runs/run.js'
import type {
  FromWorker,
  LeasedRun,
  OwnRun,
  ReportedTraining,
  ToWorker,
  WorkerEnd,
} from './messages.js'
import { trainLeased } from './travel/train.js'

/** Milliseconds between reports of steps. */
const interval = 250

const control = new AbortController()
let opened: { readonly key: string; readonly dataset: Dataset } | undefined
let busy = false

// Ctrl-C reaches every process of a terminal, but the parent decides when to stop.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => leave())
// Without its parent, there is nothing left to do.
process.on('disconnect', () => leave())
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') control.abort()
  else void work(message)
})

function leave(): void {
  control.abort()
  if (!busy) process.exit()
}

async function work(message: OwnRun | LeasedRun): Promise<void> {
  busy = true
  let end: WorkerEnd
  try {
    end = control.signal.aborted
      ? { kind: 'stopped' }
      : message.kind === 'run'
        ? await train(message)
        : await trainLeased({ ...message, datasetOf, watcher: watcher(), signal: control.signal })
  } catch (error) {
    end = {
      kind: 'failed',
      message: messageOf(error),
      mistake: error instanceof LimbicError,
    }
  }
  busy = false
  if (process.connected) say(end)
  else process.exit()
}

async function train({ folder, config, consents }: OwnRun): Promise<WorkerEnd> {
  takeConsents(consents)
  const path = lockPath(folder)
  const lock = acquireLock(path)
  if (!lock.acquired) {
    const { pid, host, since } = lock.holder
    return { kind: 'held', by: { pid, host, since, lock: path } }
  }
  try {
    const dataset = await datasetOf(config.data)
    const { signal } = control
    const outcome = await trainLocked({ config, dataset, folder, watcher: watcher(), signal }, lock)
    return outcome.state === 'stopped'
      ? { kind: 'stopped' }
      : { kind: 'complete', results: outcome.results }
  } finally {
    lock.release()
  }
}

/** Keeps the data of the previous run open: most runs of a grid share it. */
async function datasetOf(config: DataConfig, digest?: string): Promise<Dataset> {
  const key = JSON.stringify([process.cwd(), config, digest])
  if (opened?.key === key) return opened.dataset
  opened?.dataset.close()
  opened = undefined
  opened = { key, dataset: await openData(config) }
  return opened.dataset
}

function watcher(): RunWatcher {
  let told = 0
  let of: ReportedTraining | undefined
  return {
    started: (about) => {
      const { beginning: _, ...training } = about
      of = training
      say({ kind: 'started', about })
    },
    stepped: (at) => {
      const now = performance.now()
      if (now - told < interval) return
      told = now
      say({ kind: 'stepped', at, ...(of && { of }) })
    },
    finishedEpoch: (record) => say({ kind: 'finished epoch', record, ...(of && { of }) }),
  }
}

function say(message: FromWorker): void {
  // The parent may die between two messages; the folder has the same information.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
