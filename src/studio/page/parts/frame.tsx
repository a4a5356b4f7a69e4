/** A report in a frame as high as its content; scripts are disabled in it. */
import { useRef } from 'preact/hooks'
import type { ReportRow } from '../../protocol.js'
import { texts } from '../texts.js'

export function ReportFrame({
  report,
  title,
}: {
  readonly report: ReportRow
  readonly title: string
}) {
  const frame = useRef<HTMLIFrameElement>(null)
  const fit = () => {
    const { current } = frame
    const height = current?.contentDocument?.documentElement.scrollHeight
    if (current && height !== undefined) current.style.height = `${height + 2}px`
  }
  return (
    <>
      <iframe
        ref={frame}
        class="report"
        title={title}
        src={`.${report.page}`}
        sandbox="allow-same-origin"
        onLoad={fit}
      />
      <details>
        <summary>{texts.compare.files}</summary>
        <ul>
          {report.files.map(({ name, address }) => (
            <li key={name}>
              <a href={`.${address}`} download={name.split('/').at(-1)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}
