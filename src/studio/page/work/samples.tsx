/** The samples of a corpus, a line each, and the recording of the one that is open. */
import { useState } from 'preact/hooks'
import { type CorpusRow, type SamplePage, samplePage } from '../../protocol.js'
import { MediumView } from '../parts/medium.js'
import { Problem, Waiting } from '../parts/notice.js'
import { post, useAnswer } from '../state/server.js'
import { texts } from '../texts.js'

export function CorpusSamples({ data }: { readonly data: string }) {
  const [split, setSplit] = useState('')
  const [label, setLabel] = useState('')
  const [from, setFrom] = useState(0)
  const wish = { data, from, ...(split && { split }), ...(label && { label }) }
  const { answer, mistake, waiting } = useAnswer(
    (signal) => post('./api/samples', wish, samplePage, signal),
    [data, from, split, label],
  )
  const choose = (set: (value: string) => void) => (value: string) => {
    set(value)
    setFrom(0)
  }
  return (
    <>
      <h2>{texts.data.samples}</h2>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {!answer && waiting && <Waiting>{texts.data.listing}</Waiting>}
      {answer && (
        <>
          {answer.silent !== undefined && <p>{texts.data.silent(answer.silent)}</p>}
          <div class="tools">
            <Choice
              name={texts.data.split}
              values={answer.splits}
              value={split}
              set={choose(setSplit)}
            />
            <Choice
              name={texts.data.label}
              values={answer.labels}
              value={label}
              set={choose(setLabel)}
            />
            <Pages {...{ page: answer, from, setFrom }} />
          </div>
          <Rows key={answer.list} list={answer.list} rows={answer.rows} />
        </>
      )}
    </>
  )
}

function Choice(props: {
  readonly name: string
  readonly values: readonly string[]
  readonly value: string
  readonly set: (value: string) => void
}) {
  const { name, values, value, set } = props
  if (values.length === 0) return null
  return (
    <label>
      {name}
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        <option value="">{texts.data.any}</option>
        {values.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  )
}

function Pages(props: {
  readonly page: SamplePage
  readonly from: number
  readonly setFrom: (from: number) => void
}) {
  const { page, from, setFrom } = props
  const { found, step, rows } = page
  return (
    <>
      <span role="status">{texts.data.shown(from, rows.length, found)}</span>
      {found > step && (
        <>
          <button type="button" disabled={from === 0} onClick={() => setFrom(from - step)}>
            {texts.data.earlier}
          </button>
          <button
            type="button"
            disabled={from + step >= found}
            onClick={() => setFrom(from + step)}
          >
            {texts.data.later}
          </button>
        </>
      )}
    </>
  )
}

function Rows({ list, rows }: { readonly list: string; readonly rows: readonly CorpusRow[] }) {
  const [open, setOpen] = useState<number>()
  return (
    <ol class="samples">
      {rows.map((row) => {
        const { index, id, split, speaker, label, words, medium } = row
        const isOpen = medium !== undefined && index === open
        return (
          <li key={index}>
            <div class="sample">
              {medium ? (
                <button
                  type="button"
                  class="link"
                  aria-expanded={isOpen}
                  aria-label={texts.data.play(id)}
                  onClick={() => setOpen(isOpen ? undefined : index)}
                >
                  {isOpen ? '▾' : '▸'} {id}
                </button>
              ) : (
                <span>{id}</span>
              )}
              <span>{label}</span>
              <span class="quiet">
                {[split, speaker].filter((one) => one !== undefined).join(' · ')}
              </span>
              <span class="said">{words}</span>
            </div>
            {isOpen && <MediumView list={list} row={row} />}
          </li>
        )
      })}
    </ol>
  )
}
