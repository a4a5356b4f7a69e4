/** A data set as `limbic data inspect` sees it. */
import { useState } from 'preact/hooks'
import {
  recordingsTable,
  sequenceTable,
  speechTable,
  targetTables,
} from '../../../report/corpus/tables.js'
import type { About } from '../../protocol.js'
import { Problem, Waiting } from '../parts/notice.js'
import { TableView } from '../parts/table.js'
import { post, useAnswer } from '../state/server.js'
import { texts } from '../texts.js'
import { type Inspected, inspectedSchema, type Recordings } from './inspected.js'
import { CorpusSamples } from './samples.js'

export function DataPlace({ about }: { readonly about: About }) {
  const data = (about.data ?? []).filter((name) => name !== 'synthetic')
  const [chosen, setChosen] = useState(data[0])
  const { answer, mistake, waiting } = useAnswer(
    chosen === undefined
      ? undefined
      : (signal) => post('./api/inspect', { data: chosen }, inspectedSchema, signal),
    [chosen],
  )
  return (
    <>
      <h1>{texts.data.title}</h1>
      <p>{texts.data.about}</p>
      {chosen === undefined ? (
        <p>{texts.data.none}</p>
      ) : (
        <p>
          <label>
            {texts.data.choose}{' '}
            <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              {data.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </p>
      )}
      {chosen !== undefined && waiting && <Waiting>{texts.data.reading(chosen)}</Waiting>}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {answer && !waiting && <Summary inspected={answer} />}
      {chosen !== undefined && answer && !waiting && hasSamples(answer) && (
        <CorpusSamples key={chosen} data={chosen} />
      )}
    </>
  )
}

const hasSamples = (inspected: Inspected) => !('other' in inspected)

function Summary({ inspected }: { readonly inspected: Inspected }) {
  if ('recordings' in inspected) return <RecordingsSummary recordings={inspected.recordings} />
  if ('other' in inspected) {
    return (
      <>
        <p>{texts.data.other}</p>
        <pre class="wide">{JSON.stringify(inspected.other, null, 2)}</pre>
      </>
    )
  }
  const { summary } = inspected
  const { name, synthetic, notes } = summary
  const speech = speechTable(summary)
  return (
    <>
      <h2>{name}</h2>
      {synthetic && <p>{texts.data.synthetic}</p>}
      <TableView table={sequenceTable(summary)} name={`${name}-sequences`} />
      {speech && <TableView table={speech} name={`${name}-speech`} />}
      {targetTables(summary).map((table, at) => (
        <TableView key={at} table={table} name={`${name}-labels`} />
      ))}
      {notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </>
  )
}

function RecordingsSummary({ recordings }: { readonly recordings: Recordings }) {
  const { name, layout, clips, speakers, left, notes } = recordings
  return (
    <>
      <h2>{name}</h2>
      <p>{texts.data.clips(layout, clips, speakers)}</p>
      <TableView table={recordingsTable(name, recordings)} name={`${name}-clips`} />
      {[...left.map(({ rule, count }) => texts.data.leftOut(count, rule)), ...notes].map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </>
  )
}
