/** The samples of a run, and the explanation of a selected one. */
import { useState } from 'preact/hooks'
import { playedSample, reportRow, type SampleRow } from '../../protocol.js'
import { ReportFrame } from '../parts/frame.js'
import { MediumView } from '../parts/medium.js'
import { Problem, Waiting } from '../parts/notice.js'
import { TableExport } from '../parts/table.js'
import { post, useAnswer } from '../state/server.js'
import { texts } from '../texts.js'

interface SampleListProps {
  readonly run: string
  readonly samples: readonly SampleRow[]
  readonly more: number
}

export function SampleList({ run, samples, more }: SampleListProps) {
  const [open, setOpen] = useState<string>()
  const { sample, truth, prediction, error } = texts.run
  return (
    <>
      <p class="quiet">{texts.run.samplesHint}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="wide short" tabIndex={0} aria-label={texts.run.samples}>
        <table>
          <thead>
            <tr>
              <th scope="col" class="left">
                {sample}
              </th>
              <th scope="col" class="left">
                {truth}
              </th>
              <th scope="col" class="left">
                {prediction}
              </th>
              <th scope="col" class="right">
                {error}
              </th>
            </tr>
          </thead>
          <tbody>
            {samples.map((row, at) => (
              <tr key={`${at} ${row.id}`}>
                <th scope="row" class="left">
                  <button
                    type="button"
                    class="link"
                    aria-label={texts.run.explain(row.id)}
                    onClick={() => setOpen(row.id)}
                  >
                    {row.id}
                  </button>
                </th>
                <td class="left">{row.truth}</td>
                <td class="left">{row.prediction}</td>
                <td class="right">{row.error.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 && <p class="quiet">{texts.run.more(more)}</p>}
      <TableExport
        name="samples"
        table={{
          columns: [sample, truth, prediction, error].map((header) => ({ header })),
          rows: samples.map((row) => [row.id, row.truth, row.prediction, row.error]),
        }}
      />
      {open !== undefined && <Explanation key={open} run={run} sample={open} />}
    </>
  )
}

function Explanation({ run, sample }: { readonly run: string; readonly sample: string }) {
  const { answer, mistake, waiting } = useAnswer(
    (signal) => post('./api/explain', { run, sample }, reportRow, signal),
    [run, sample],
  )
  // Without its data among those of the studio, there is nothing to play.
  const { answer: played } = useAnswer(
    (signal) => post('./api/samples/played', { run, sample }, playedSample, signal),
    [run, sample],
  )
  const title = texts.run.explanation(sample)
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {played?.list !== undefined && played.row && (
        <MediumView list={played.list} row={played.row} />
      )}
      {waiting && <Waiting />}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {answer && <ReportFrame report={answer} title={title} />}
    </section>
  )
}
