/** Runs side by side: the report that `limbic compare` writes. */
import { reportRow } from '../../protocol.js'
import { ReportFrame } from '../parts/frame.js'
import { Problem, Waiting } from '../parts/notice.js'
import { linkTo } from '../state/route.js'
import { post, useAnswer } from '../state/server.js'
import { texts } from '../texts.js'

export function ComparePlace({ runs }: { readonly runs: readonly string[] }) {
  const key = JSON.stringify(runs)
  const { answer, mistake, waiting } = useAnswer(
    (signal) => post('./api/compare', { runs }, reportRow, signal),
    [key],
  )
  return (
    <>
      <p>
        <a href={linkTo('runs')}>{texts.run.back}</a>
      </p>
      <h1>{texts.compare.title}</h1>
      {waiting && <Waiting>{texts.compare.making}</Waiting>}
      {mistake !== undefined && <Problem>{mistake}</Problem>}
      {answer && <ReportFrame report={answer} title={texts.compare.frame} />}
    </>
  )
}
