/** The queue of many machines: its sweeps, and where each of their cells is. */
import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import { jobStates } from '../../../sweep/queue.js'
import type { QueuedCell, QueuedSweep } from '../../../sweep/view/board.js'
import type { About } from '../../protocol.js'
import { Problem, Waiting } from '../parts/notice.js'
import { send } from '../state/server.js'
import { useStore } from '../state/store.js'
import { texts } from '../texts.js'

export function QueuePlace({ about }: { readonly about: About }) {
  const { queue } = useStore()
  return (
    <>
      <h1>{texts.queue.title}</h1>
      <p>{texts.queue.about}</p>
      <p class="quiet">{about.queue ?? texts.queue.unwatched}</p>
      {!queue && about.queue !== undefined && <Waiting />}
      {queue?.silent && <Problem>{texts.queue.silent}</Problem>}
      {queue && queue.unread > 0 && <Waiting>{texts.queue.unread(queue.unread)}</Waiting>}
      {queue && queue.sweeps.length === 0 && queue.unread === 0 && <p>{texts.queue.none}</p>}
      {queue?.sweeps.map((sweep) => (
        <Sweep key={sweep.name} sweep={sweep} />
      ))}
    </>
  )
}

function Sweep({ sweep }: { readonly sweep: QueuedSweep }) {
  const { name, counts, cells, more } = sweep
  const all = jobStates.reduce((sum, state) => sum + counts[state], 0)
  const open = counts.waiting + counts.running
  const title = name === '' ? texts.queue.unnamed : name
  return (
    <section class="job" aria-label={title}>
      <h2>{title}</h2>
      <progress value={all - open} max={Math.max(1, all)} aria-label={texts.queue.ended} />
      <p role="status">{texts.queue.counts(counts)}</p>
      {open > 0 && <Cancel sweep={name} open={open} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="wide short" tabIndex={0} aria-label={texts.queue.cellsOf(title)}>
        <table class="queued">
          <thead>
            <tr>
              {texts.queue.headers.map((header) => (
                <th key={header} scope="col" class="left">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <Cell key={cell.id} cell={cell} />
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 && <p class="quiet">{texts.queue.more(more)}</p>}
    </section>
  )
}

function Cell({ cell }: { readonly cell: QueuedCell }) {
  const { label, state, progress, worker, since, problem } = cell
  return (
    <tr>
      <th scope="row" class="left">
        {label}
      </th>
      <td class="left">
        <span class={`state ${state}`}>{texts.queue.states[state]}</span>
      </td>
      <td class="left">
        {progress && (
          <>
            <progress value={progress.done} aria-label={texts.queue.progressOf(label)} />
            {progress.state}
          </>
        )}
        {problem}
      </td>
      <td class="left">{worker}</td>
      <td class="left">{since !== undefined && <Since time={since} />}</td>
    </tr>
  )
}

/** The time of day, and the day if it is another. */
function Since({ time }: { readonly time: number }) {
  const date = new Date(time)
  const isToday = date.toDateString() === new Date().toDateString()
  const words = isToday
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })
  return <time dateTime={date.toISOString()}>{words}</time>
}

/** Asks again first: it is for all who wait for these runs. */
function Cancel({ sweep, open }: { readonly sweep: string; readonly open: number }) {
  const [state, setState] = useState<'idle' | 'asked' | 'sent'>('idle')
  const [mistake, setMistake] = useState<string>()
  const cancel = () => {
    setState('sent')
    send('./api/queue/cancel', { sweep }).catch((error: unknown) => {
      setState('idle')
      setMistake(messageOf(error))
    })
  }
  return (
    <div class="tools">
      {state === 'idle' && (
        <button type="button" onClick={() => setState('asked')}>
          {texts.queue.cancel}
        </button>
      )}
      {state === 'asked' && (
        <>
          <span role="status">{texts.queue.sure(open)}</span>
          <button type="button" class="strong" onClick={cancel}>
            {texts.queue.yes}
          </button>
          <button type="button" onClick={() => setState('idle')}>
            {texts.queue.no}
          </button>
        </>
      )}
      {state === 'sent' && <span role="status">{texts.queue.cancelling}</span>}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
    </div>
  )
}
