/** A data set as `limbic data inspect` sees it. */
import { useState } from 'preact/hooks'
import type { CorpusTable } from '../../../data/corpora/raw/index.js'
import type { DatasetSummary } from '../../../report/corpus/summarise.js'
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
import { CorpusSamples } from './samples.js'

/** The output of the command for a folder of recordings. */
interface Recordings extends CorpusTable {
  readonly kind: 'recordings'
  readonly name: string
  readonly layout: string
  readonly clips: number
  readonly speakers: number
  readonly left: readonly { readonly rule: string; readonly count: number }[]
  readonly notes: readonly string[]
}

/** The output of the command; files of other kinds have other properties. */
type Inspected =
  | (DatasetSummary & { readonly kind: 'data set' })
  | Recordings
  | { readonly kind: 'tensors' | 'model' | 'computational sequence' }

export function DataPlace({ about }: { readonly about: About }) {
  const data = (about.data ?? []).filter((name) => name !== 'synthetic')
  const [chosen, setChosen] = useState(data[0])
  const { answer, mistake, waiting } = useAnswer(
    chosen === undefined
      ? undefined
      : (signal) => post<Inspected>('./api/inspect', { data: chosen }, signal),
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

const hasSamples = ({ kind }: Inspected) => kind === 'data set' || kind === 'recordings'

function Summary({ inspected }: { readonly inspected: Inspected }) {
  if (inspected.kind === 'recordings') return <RecordingsSummary recordings={inspected} />
  if (inspected.kind !== 'data set') {
    return (
      <>
        <p>{texts.data.other}</p>
        <pre class="wide">{JSON.stringify(inspected, null, 2)}</pre>
      </>
    )
  }
  const { name, synthetic, notes } = inspected
  const speech = speechTable(inspected)
  return (
    <>
      <h2>{name}</h2>
      {synthetic && <p>{texts.data.synthetic}</p>}
      <TableView table={sequenceTable(inspected)} name={`${name}-sequences`} />
      {speech && <TableView table={speech} name={`${name}-speech`} />}
      {targetTables(inspected).map((table, at) => (
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
