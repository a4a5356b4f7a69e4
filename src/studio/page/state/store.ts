/** What the server told: runs and jobs, kept up to date while the page is open. */
import { useEffect, useState } from 'preact/hooks'
import type { JobRow, RunRow, StudioEvent } from '../../protocol.js'

export interface Snapshot {
  readonly rows: readonly RunRow[]
  /** Whether all runs were looked at once. */
  readonly listed: boolean
  readonly jobs: readonly JobRow[]
  readonly connected: boolean
}

const runs = new Map<string, RunRow>()
const listeners = new Set<() => void>()
let snapshot: Snapshot = { rows: [], listed: false, jobs: [], connected: false }
let pending = false
let source: EventSource | undefined

function connect(): void {
  if (source) return
  source = new EventSource('./api/events')
  source.onopen = () => {
    // After a break everything is told again.
    runs.clear()
    change({ connected: true, listed: false })
  }
  source.onerror = () => change({ connected: false })
  source.onmessage = ({ data }: MessageEvent<string>) => take(JSON.parse(data) as StudioEvent)
}

function take(event: StudioEvent): void {
  switch (event.kind) {
    case 'runs':
      for (const path of event.removed) runs.delete(path)
      for (const row of event.rows) runs.set(row.path, row)
      change({})
      break
    case 'listed':
      change({ listed: true })
      break
    case 'jobs':
      change({ jobs: event.jobs })
  }
}

/** Many events make one change: the page is drawn at most once a frame. */
function change(what: Partial<Snapshot>): void {
  snapshot = { ...snapshot, ...what }
  if (pending) return
  pending = true
  setTimeout(() => {
    pending = false
    snapshot = { ...snapshot, rows: [...runs.values()] }
    for (const listener of listeners) listener()
  }, 60)
}

/** What the server told so far, whenever it changes. */
export function useStore(): Snapshot {
  const [state, setState] = useState(snapshot)
  useEffect(() => {
    connect()
    const changed = () => setState(snapshot)
    listeners.add(changed)
    changed()
    return () => {
      listeners.delete(changed)
    }
  }, [])
  return state
}
