/** Runs and jobs from the server, kept up to date while the page is open. */
import { useEffect } from 'preact/hooks'
import { validate } from '../../../base/schema.js'
import {
  type JobRow,
  type QueueRows,
  type RunRow,
  type StudioEvent,
  studioEvent,
} from '../../protocol.js'
import { Shared, useShared } from './shared.js'

export interface Snapshot {
  readonly rows: readonly RunRow[]
  /** Whether the server has listed all runs once. */
  readonly listed: boolean
  readonly jobs: readonly JobRow[]
  /** Absent until the server has told it, and without a queue. */
  readonly queue?: QueueRows
  readonly connected: boolean
}

const runs = new Map<string, RunRow>()
const state = new Shared<Snapshot>({ rows: [], listed: false, jobs: [], connected: false })
/** What has changed since the page was redrawn. */
let changes: Partial<Snapshot> = {}
let pending = false
let source: EventSource | undefined

function connect(): void {
  if (source) return
  source = new EventSource('./api/events')
  source.onopen = () => {
    // After a reconnection, the server sends everything again.
    runs.clear()
    change({ connected: true, listed: false })
  }
  source.onerror = () => change({ connected: false })
  source.onmessage = ({ data }: MessageEvent<string>) =>
    take(validate(studioEvent, JSON.parse(data), 'an event of the studio'))
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
      break
    case 'queue':
      change({ queue: event.queue })
  }
}

/** Batches events: the page is redrawn at most once per frame. */
function change(what: Partial<Snapshot>): void {
  changes = { ...changes, ...what }
  if (pending) return
  pending = true
  setTimeout(() => {
    pending = false
    const all = { ...changes, rows: [...runs.values()] }
    changes = {}
    state.set({ ...state.now, ...all })
  }, 60)
}

/** The current state, as a hook. */
export function useStore(): Snapshot {
  useEffect(connect, [])
  return useShared(state)
}
