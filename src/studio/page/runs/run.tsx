/** One run: its state, curves, figures, settings and samples. */

import { useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'
import { type RunDetail, reportRow, runDetail } from '../../protocol.js'
import { Figure } from '../parts/figure.js'
import { ReportFrame } from '../parts/frame.js'
import { Problem, Waiting } from '../parts/notice.js'
import { TableView } from '../parts/table.js'
import { duration, megabytes } from '../parts/words.js'
import { linkTo } from '../state/route.js'
import { get, getText, post, send, useAnswer } from '../state/server.js'
import { useStore } from '../state/store.js'
import { texts } from '../texts.js'
import { Reliability } from './reliability.js'
import { SampleList } from './samples.js'

export function RunPlace({ path }: { readonly path: string }) {
  const { rows } = useStore()
  const row = rows.find((one) => one.path === path)
  const query = new URLSearchParams({ path }).toString()
  // Read again whenever the list reports a change.
  const version = `${path} ${row?.state} ${row?.epochs}`
  const { answer, mistake } = useAnswer(
    (signal) => get(`./api/run?${query}`, runDetail, signal),
    [version],
  )
  return (
    <>
      <p>
        <a href={linkTo('runs')}>{texts.run.back}</a>
      </p>
      <h1>{path}</h1>
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {answer ? (
        <Detail key={path} detail={answer} version={version} query={query} />
      ) : (
        mistake === undefined && <Waiting />
      )}
    </>
  )
}

interface DetailProps {
  readonly detail: RunDetail
  readonly version: string
  readonly query: string
}

function Detail({ detail, version, query }: DetailProps) {
  const { run } = detail
  return (
    <>
      <State detail={detail} />
      {run.state !== 'damaged' && <Readable {...{ detail, version, query }} />}
    </>
  )
}

/** What there is to see of a run whose files can be read. */
function Readable({ detail, version, query }: DetailProps) {
  const { run, settings, epochs, notes, samples, moreSamples, calibration } = detail
  return (
    <>
      <h2>{texts.run.curves}</h2>
      {epochs.length > 0 ? (
        <>
          <Curve address={`./api/curves?${query}`} version={version} name="loss" />
          <Curve address={`./api/curves?${query}&of=rate`} version={version} name="rate" />
        </>
      ) : (
        <p>{texts.run.noEpoch}</p>
      )}
      <Report path={run.path} isComplete={run.state === 'complete'} />
      {calibration && <Reliability calibration={calibration} />}
      {samples.length > 0 && (
        <>
          <h2>{texts.run.samples}</h2>
          <SampleList run={run.path} samples={samples} more={moreSamples} />
        </>
      )}
      <h2>{texts.run.settings}</h2>
      <p class="quiet">{texts.run.differs}</p>
      <TableView
        name="settings"
        table={{
          columns: [
            { header: texts.run.setting },
            { header: texts.run.value, align: 'left' },
            { header: texts.run.standard, align: 'left' },
          ],
          rows: settings.map(({ name, value, standard, differs }) => [
            name,
            { content: value, strong: differs && standard !== undefined },
            standard ?? '',
          ]),
        }}
      />
      {notes.length > 0 && (
        <>
          <h2>{texts.run.notes}</h2>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </>
      )}
    </>
  )
}

function State({ detail: { run } }: { readonly detail: RunDetail }) {
  const [said, setSaid] = useState('')
  const goOn = () => {
    send('./api/resume', { folder: run.path }).then(
      () => setSaid(texts.run.goesOn),
      (error: unknown) => setSaid(messageOf(error)),
    )
  }
  const facts = [
    texts.runs.states[run.state],
    run.model,
    run.data,
    run.epochs !== undefined && texts.run.epochs(run.epochs, run.mostEpochs ?? run.epochs),
    run.secondsLeft !== undefined && texts.runs.left(duration(run.secondsLeft)),
    run.memory !== undefined && megabytes(run.memory),
    run.seconds !== undefined && duration(run.seconds),
  ].filter((fact) => typeof fact === 'string')
  return (
    <>
      <p role="status">
        <span class={`state ${run.state}`}>{facts.join(' · ')}</span>
      </p>
      {run.state === 'running' && run.epochs !== undefined && (
        <progress
          value={run.epochs}
          max={run.mostEpochs ?? 1}
          aria-label={texts.run.epochs(run.epochs, run.mostEpochs ?? 1)}
        />
      )}
      {run.problem !== undefined && <Problem>{run.problem}</Problem>}
      {(run.state === 'unfinished' || run.state === 'untrained') && (
        <p>
          <button type="button" onClick={goOn} disabled={said !== ''}>
            {texts.run.goOn}
          </button>
        </p>
      )}
      {said !== '' && <p role="status">{said}</p>}
    </>
  )
}

function Curve(props: {
  readonly address: string
  readonly version: string
  readonly name: string
}) {
  const { address, version, name } = props
  const { answer, mistake } = useAnswer((signal) => getText(address, signal), [address, version])
  if (mistake !== undefined) return <Problem>{mistake}</Problem>
  return answer === undefined ? <Waiting /> : <Figure svg={answer} name={name} />
}

/** The report of `limbic compare` for this run alone: metrics, classes, predictions. */
function Report({ path, isComplete }: { readonly path: string; readonly isComplete: boolean }) {
  const [asked, setAsked] = useState(isComplete)
  const { answer, mistake, waiting } = useAnswer(
    asked ? (signal) => post('./api/compare', { runs: [path] }, reportRow, signal) : undefined,
    [path, asked],
  )
  return (
    <>
      <h2>{texts.run.report}</h2>
      {!asked && (
        <button type="button" onClick={() => setAsked(true)}>
          {texts.run.makeReport}
        </button>
      )}
      {asked && waiting && <Waiting />}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {answer && <ReportFrame report={answer} title={texts.run.reportOf} />}
    </>
  )
}
