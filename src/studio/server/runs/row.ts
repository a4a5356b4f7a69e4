/** Turns a listed run into a row of the page. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { nameOfData } from '../../../data/name.js'
import type { LockHolder } from '../../../disk/lock/index.js'
import type { ListedRun } from '../../../runs/list.js'
import type { RunRow } from '../../protocol.js'
import { nameIn } from '../http/places.js'
import { changedSettings } from './changed.js'

/** @param folder the studio's folder */
export function rowOf(folder: string, run: ListedRun): RunRow {
  const { state, config, description, reached, figures, results, last, holder, problem } = run
  const path = nameIn(folder, run.path) || '.'
  const leading = description?.task.metrics[0]
  const seconds = results?.seconds
  const left = state === 'running' && last && config ? config.training.epochs - last.epoch : 0
  return {
    ...{ path, group: groupOf(path), state },
    ...(description && {
      model: description.model,
      data: nameOfData(description.dataset),
      synthetic: description.dataset.synthetic,
    }),
    ...(config && {
      seed: config.seed,
      mostEpochs: config.training.epochs,
      changed: changedSettings(config),
    }),
    ...(reached && { epochs: reached.epochs, bestEpoch: reached.bestEpoch }),
    ...(reached && Number.isFinite(reached.loss) && { validLoss: reached.loss }),
    ...(last && { rate: last.rate }),
    ...(seconds !== undefined && { seconds }),
    ...(last && left > 0 && { secondsLeft: left * last.seconds }),
    ...memoryOf(holder),
    ...(results && { parameters: results.parameters }),
    ...(leading !== undefined && { leading }),
    ...(figures && { split: figures.split, metrics: figures.metrics }),
    ...(problem !== undefined && { problem }),
  }
}

/** The name of the folder of seeds that a run belongs to; for a single run, its own name. */
function groupOf(path: string): string {
  return path.replace(/\/(?:fold\d+-seed|seed-)\d+$/, '')
}

/** The memory of a process on this machine, if the system reports it. */
function memoryOf(holder: LockHolder | undefined): { memory?: number } {
  if (!holder || holder.host !== hostname()) return {}
  try {
    const [, kilobytes] =
      /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${holder.pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? {} : { memory: 1024 * Number(kilobytes) }
  } catch {
    return {}
  }
}
