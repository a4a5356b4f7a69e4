/** Records a take: the output of the starter models while someone shows an emotion. */
import { rowOf, type TaughtRow } from '../../worker/teach/model.js'
import { session } from '../live/session.js'

/** Duration of a take, and of one row of it, in seconds. */
const seconds = 3
const rowSeconds = 0.5

/** @returns a row for each half second with a detected voice or face */
export async function recordTake(): Promise<TaughtRow[]> {
  const rows: TaughtRow[] = []
  let part: TaughtRow[] = []
  let begun = performance.now()
  const flush = () => {
    if (part.length > 0) rows.push(meanOf(part))
    part = []
    begun = performance.now()
  }
  const listener: Parameters<typeof session.starter.add>[0] = (alone) => {
    const row = rowOf(alone)
    if (row) part.push(row)
    if (performance.now() - begun >= 1000 * rowSeconds) flush()
  }
  session.starter.add(listener)
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
  session.starter.delete(listener)
  flush()
  return rows
}

function meanOf(part: readonly TaughtRow[]): TaughtRow {
  const mean = (sense: 'voice' | 'face') =>
    (part[0]?.[sense] ?? []).map(
      (_, place) => part.reduce((sum, row) => sum + (row[sense][place] ?? 0), 0) / part.length,
    )
  return { voice: mean('voice'), face: mean('face') }
}
