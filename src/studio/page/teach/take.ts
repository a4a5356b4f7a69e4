/** Records a take: what the models read, and the starter models answer, while someone shows something. */
import { rowOf, type Take, type TaughtRow, takeSeconds } from '../../worker/teach/take.js'
import { session } from '../live/session.js'
import { askWorker } from '../state/worker.js'

/** Duration of one row of a take, in seconds. */
const rowSeconds = 0.5

/** @returns undefined if nothing was heard or seen */
export async function recordTake(label: number): Promise<Take | undefined> {
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
  await new Promise((resolve) => setTimeout(resolve, 1000 * takeSeconds))
  session.starter.delete(listener)
  flush()
  const taken = await askWorker({ kind: 'take', until: session.sent })
  const features = taken.kind === 'taken' ? taken.features : undefined
  if (rows.length === 0 && !features) return undefined
  return { label, rows, ...(features && { features }) }
}

function meanOf(part: readonly TaughtRow[]): TaughtRow {
  const mean = (sense: 'voice' | 'face') =>
    (part[0]?.[sense] ?? []).map(
      (_, place) => part.reduce((sum, row) => sum + (row[sense][place] ?? 0), 0) / part.length,
    )
  return { voice: mean('voice'), face: mean('face') }
}
