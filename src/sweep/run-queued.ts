/** Submits the cells of a grid to a queue that workers on many machines serve. */

import { resolve, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../base/errors.js'
import type { RunResults } from '../learn/records.js'
import { addressOf, shownPath } from '../remote/mirror.js'
import { openRemote } from '../remote/store.js'
import { RunFolder } from '../runs/folder.js'
import { pullRun } from '../runs/remote/exchange.js'
import type { Cell } from './cell.js'
import { type CellOutcome, type GridWatcher, Ledger, type MoreCells } from './ledger.js'
import type { Queued } from './queue.js'
import { connect, type QueueAddress } from './queues/redis/connect.js'
import { openSink } from './queues/redis/sink.js'
import { openCells } from './run-grid.js'
import { nameOfCell, sendCell, type TravellingCell } from './travel/cell.js'
import { readReport } from './travel/report.js'

export interface QueuedGrid {
  readonly cells: readonly Cell[]
  /** Adds cells while the others are trained. */
  readonly more?: MoreCells | undefined
  readonly queue: QueueAddress
  readonly watcher?: GridWatcher
  /** Cancels the cells that are not complete. */
  readonly signal?: AbortSignal
  /** Submit the cells and return without waiting. */
  readonly detach?: boolean
}

/** How long a completed run may take to become visible on this machine, in milliseconds. */
const patience = 60_000

/**
 * Submits every cell that is not complete, and waits until each is complete, has failed three times
 * or is cancelled. Cells that are already in the queue, submitted here or elsewhere, are followed.
 * If this process dies, its cells stay in the queue.
 *
 * @returns the outcome of each cell, in order; with `detach`, only of cells that were already
 * complete
 * @throws LimbicError if the queue cannot be reached, or a file that a cell names cannot be read
 */
export async function runQueued(request: QueuedGrid): Promise<readonly CellOutcome[]> {
  const { cells, more, watcher = {}, signal, detach = false } = request
  const ledger = new Ledger(cells, watcher, signal, more)
  const open = new Map<string, Cell>()
  const group = groupOf(cells)
  const send = (some: readonly Cell[]) => sendCells(some, ledger, open, group)
  const work = await send(cells)
  if (work.length === 0) return ledger.outcomes
  const connection = await connect(request.queue)
  const sink = await openSink<TravellingCell>(connection)
  try {
    if (!detach) await follow(sink, work, open, ledger, send, signal)
    else await sink.submit(work)
  } finally {
    await sink.close()
    await connection.close()
  }
  return ledger.outcomes
}

/** What observers call these cells: the folder of all their runs, or its address. */
function groupOf(cells: readonly Cell[]): string {
  const [first = [], ...others] = cells.map(({ folder }) => resolve(folder).split(sep))
  const common = first.filter((_, at) =>
    others.every((parts) => first.slice(0, at + 1).join() === parts.slice(0, at + 1).join()),
  )
  return shownPath(common.join(sep))
}

/** The jobs of those cells that are not complete, which are open from now on. */
async function sendCells(
  cells: readonly Cell[],
  ledger: Ledger,
  open: Map<string, Cell>,
  group: string,
): Promise<readonly Queued<TravellingCell>[]> {
  const work: Queued<TravellingCell>[] = []
  for (const cell of openCells(cells, ledger)) {
    const travelling = await sendCell(cell, process.cwd())
    const id = nameOfCell(travelling)
    open.set(id, cell)
    const { urgency } = cell
    work.push({ id, work: travelling, group, ...(urgency !== undefined && { urgency }) })
  }
  return work
}

async function follow(
  sink: Awaited<ReturnType<typeof openSink<TravellingCell>>>,
  work: readonly Queued<TravellingCell>[],
  open: Map<string, Cell>,
  ledger: Ledger,
  send: (cells: readonly Cell[]) => Promise<readonly Queued<TravellingCell>[]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let stop = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => void sink.cancel([...open.keys()]).catch(reject)
      signal?.addEventListener('abort', stop)
      const end = async (outcome: CellOutcome) => {
        const added = await send(ledger.end(outcome))
        if (added.length > 0) await sink.submit(added)
        // Interrupted while they were submitted.
        if (added.length > 0 && signal?.aborted) stop()
        if (ledger.whole) resolve()
      }
      const ended = (outcome: CellOutcome) => void end(outcome).catch(reject)
      sink.follow((event) => {
        const cell = open.get(event.id)
        if (!cell) return
        if (event.kind === 'progress') {
          const report = readReport(event.report)
          if (report) ledger.report(cell, report)
        } else if (event.kind === 'cancelled') ended({ state: 'stopped', cell })
        else if (event.kind === 'failed') {
          ended({ state: 'failed', cell, message: event.message, mistake: event.mistake })
        } else void outcomeOf(cell).then(ended)
      })
      sink.submit(work).then(() => {
        if (signal?.aborted) stop()
      }, reject)
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/**
 * A run counts as complete once it is visible here, since shared file systems lag behind; one in a
 * store is brought to this machine.
 */
async function outcomeOf(cell: Cell): Promise<CellOutcome> {
  const run = new RunFolder(cell.folder)
  const address = addressOf(resolve(cell.folder))
  try {
    if (address) await pullRun(await openRemote(), address)
    const until = performance.now() + patience
    while (!run.complete && performance.now() < until) await delay(200)
    const results: RunResults = run.readResults()
    return { state: 'complete', cell, results, before: false }
  } catch (error) {
    const message = messageOf(error)
    return { state: 'failed', cell, message, mistake: true }
  }
}
