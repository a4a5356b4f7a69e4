/**
 * Trains a leased run whose folder is in a store. It is trained in a folder of this machine's cache,
 * `CACHE/work/<run>/<token>`, and its state after an epoch is kept in the store now and then, so that
 * a worker on another machine resumes it.
 */
import { copyFileSync, existsSync, linkSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../disk/files.js'
import { cacheFolder } from '../../disk/state.js'
import type { RunConfig } from '../../learn/config.js'
import type { RunResults } from '../../learn/records.js'
import type { RunWatcher } from '../../learn/watcher.js'
import { type ObjectAddress, readObjectAddress } from '../../remote/address.js'
import { openRemote, type Remote } from '../../remote/store.js'
import { RunFolder } from '../../runs/folder.js'
import { amendConfig, amendRun } from '../../runs/open/amend.js'
import {
  fetchProgress,
  fetchRun,
  filesOfRun,
  lookAtRun,
  publishRun,
  saveProgress,
} from '../../runs/remote/published.js'
import { trainLocked } from '../../runs/run.js'
import { identityOf, sameRun } from '../../runs/same-run.js'
import { prepareFolder } from '../../runs/train/begin.js'
import type { WorkerEnd } from '../messages.js'
import { nameOfCell } from './cell.js'
import type { LeasedTraining } from './leased.js'

/** Milliseconds between two states that are kept. */
const keepEvery = 30_000

/**
 * @param check verifies that this machine has the files that the run needs
 * @throws LimbicError as `trainLeased` does
 */
export async function trainRemote(
  request: LeasedTraining,
  check: () => Promise<void>,
): Promise<WorkerEnd> {
  const { cell, token, signal } = request
  const { config } = cell
  const address = readObjectAddress(cell.folder)
  const remote = await openRemote()
  const path = join(cacheFolder(), 'work', nameOfCell(cell), token)
  const results = (): RunResults => new RunFolder(path).readResults()
  makeFolder(dirname(path))
  try {
    const before = await lookAtRun(remote, address)
    if (before) await fetchRun(remote, address, before, path)
    if (before?.identity === identityOf(config)) return { kind: 'complete', results: results() }
    await check()
    if (before) resumeComplete(path, config)
    else await resumeBegun(remote, address, path, config)
    const dataset = await request.datasetOf(config.data, cell.digests.data)
    const keeper = keepStates(remote, address, path, request.watcher)
    const lock = { confirm: () => {} }
    const outcome = await trainLocked(
      { config, dataset, folder: path, watcher: keeper.watcher, signal },
      lock,
    ).finally(() => keeper.end())
    if (outcome.state === 'stopped') {
      await saveProgress(remote, path, address)
      return { kind: 'stopped' }
    }
    await publishRun(remote, path, address, before)
    return { kind: 'complete', results: results() }
  } finally {
    rmSync(path, { recursive: true, force: true })
    try {
      rmdirSync(dirname(path))
    } catch {
      // Another lease has a folder here.
    }
  }
}

/** @throws LimbicError if the complete run is another than the one to train, not a shorter one */
function resumeComplete(path: string, config: RunConfig): void {
  const run = new RunFolder(path)
  const { epochs, patience } = config.training
  if (sameRun(amendConfig(run.readConfig(), { epochs, patience }), config)) {
    amendRun(run, { epochs, patience })
  }
  prepareFolder(run, config)
}

/** Takes over what another worker began; what belongs to another configuration is of no use. */
async function resumeBegun(
  remote: Remote,
  address: ObjectAddress,
  path: string,
  config: RunConfig,
): Promise<void> {
  if (!(await fetchProgress(remote, address, path))) return
  const run = new RunFolder(path)
  if (!run.exists || !sameRun(run.readConfig(), config)) {
    rmSync(path, { recursive: true, force: true })
  }
}

/**
 * Keeps the state of a run after its epochs, at most one every half minute and one at a time. A state
 * is taken at once, as links to its files, which are replaced and never changed.
 */
function keepStates(
  remote: Remote,
  address: ObjectAddress,
  path: string,
  watcher: RunWatcher,
): { readonly watcher: RunWatcher; end(): Promise<void> } {
  const state = `${path}.state`
  let keeping: Promise<void> | undefined
  let last = performance.now()
  const keep = async () => {
    try {
      await saveProgress(remote, state, address)
    } catch {
      // The run goes on; if its worker is lost, another resumes it from an earlier state.
    } finally {
      rmSync(state, { recursive: true, force: true })
      keeping = undefined
    }
  }
  return {
    watcher: {
      ...watcher,
      finishedEpoch: (record) => {
        watcher.finishedEpoch?.(record)
        const now = performance.now()
        if (keeping || now - last < keepEvery || !existsSync(path)) return
        last = now
        linkFiles(path, state)
        keeping = keep()
      },
    },
    async end() {
      await keeping
    },
  }
}

function linkFiles(from: string, to: string): void {
  for (const name of filesOfRun(from)) {
    makeFolder(dirname(join(to, name)))
    try {
      linkSync(join(from, name), join(to, name))
    } catch {
      // Some file systems have no links.
      copyFileSync(join(from, name), join(to, name))
    }
  }
}
