/** The jobs of the studio: watch, stop and resume them. */
import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import type { JobRow, RunRow } from '../../protocol.js'
import { ReportFrame } from '../parts/frame.js'
import { Problem } from '../parts/notice.js'
import { TableView } from '../parts/table.js'
import { cellOf, columnsOf } from '../runs/rows.js'
import { linkTo } from '../state/route.js'
import { send } from '../state/server.js'
import { useStore } from '../state/store.js'
import { texts } from '../texts.js'

export function JobList() {
  const { jobs, rows } = useStore()
  return (
    <>
      <h2>{texts.train.jobs}</h2>
      {jobs.length === 0 && <p class="quiet">{texts.train.noJobs}</p>}
      {[...jobs].reverse().map((job) => (
        <Job key={job.id} job={job} rows={rows} />
      ))}
    </>
  )
}

function Job({ job, rows }: { readonly job: JobRow; readonly rows: readonly RunRow[] }) {
  const { id, kind, title, command, state, folder, said, problem } = job
  const [mistake, setMistake] = useState<string>()
  const ask = (address: string, body: object) => {
    setMistake(undefined)
    send(address, body).catch((error: unknown) => setMistake(messageOf(error)))
  }
  const isStopped = state === 'stopped' && kind === 'train' && folder !== undefined
  return (
    <section class="job" aria-label={title}>
      <h3>
        {title} <span class={`state ${state}`}>{texts.train.states[state]}</span>
      </h3>
      {problem !== undefined ? <Problem>{problem}</Problem> : <p class="quiet">{said}</p>}
      <div class="tools">
        {state === 'running' && (
          <button type="button" onClick={() => ask(`./api/jobs/${id}/stop`, {})}>
            {texts.train.stop}
          </button>
        )}
        {isStopped && (
          <button type="button" onClick={() => ask('./api/resume', { folder })}>
            {texts.run.goOn}
          </button>
        )}
        {folder !== undefined && (
          <a href={linkTo('runs', [['filter', folder]])}>{texts.train.runs}</a>
        )}
      </div>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {kind === 'reproduce' && folder !== undefined && (
        <Filling rows={rows.filter(({ path }) => path.startsWith(`${folder}/`))} />
      )}
      {kind === 'reproduce' && state === 'done' && folder !== undefined && (
        <ReportFrame report={resultsOf(folder)} title={texts.train.table} />
      )}
      <details>
        <summary>{texts.train.command}</summary>
        <pre class="wide">{command}</pre>
      </details>
    </section>
  )
}

/** The rows of a table, filled in as their runs complete. */
function Filling({ rows }: { readonly rows: readonly RunRow[] }) {
  if (rows.length === 0) return null
  const figures = columnsOf(rows).filter(({ key }) => key === 'leading')
  const groups = new Map<string, RunRow[]>()
  for (const row of rows) {
    const name = row.group.split('/').at(-1) ?? row.group
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return (
    <TableView
      table={{
        caption: texts.train.filling,
        columns: [
          { header: texts.runs.headers.name },
          { header: texts.train.complete, align: 'right' },
          ...figures.map(({ header }) => ({ header, align: 'right' as const })),
        ],
        rows: [...groups].map(([name, runs]) => {
          const complete = runs.filter(({ state }) => state === 'complete')
          const line = { name, runs: complete, isInner: false }
          const shares = figures.map((figure) => cellOf(line, figure))
          return [name, `${complete.length} / ${runs.length}`, ...shares]
        }),
      }}
    />
  )
}

/** The files that `limbic reproduce` writes beside its runs. */
function resultsOf(folder: string) {
  const at = (name: string) =>
    `/results/${[...folder.split('/'), name].map(encodeURIComponent).join('/')}`
  const names = ['report.html', 'table.csv', 'table.md', 'table.tex']
  return { page: at('report.html'), files: names.map((name) => ({ name, address: at(name) })) }
}
