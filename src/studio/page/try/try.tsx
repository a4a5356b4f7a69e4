/** Recognises emotions over time in dropped files. */
import { useState } from 'preact/hooks'
import { LimbicError } from '../../../base/errors.js'
import { parseTranscript, type Transcript } from '../../../media/words/transcript.js'
import type { Recognised } from '../../worker/messages.js'
import { Problem, Waiting } from '../parts/notice.js'
import { messageOf } from '../state/server.js'
import { recogniseFile } from '../state/worker.js'
import { texts } from '../texts.js'
import { Result } from './result.js'

/** A dropped file, and its result. */
interface Tried {
  readonly file: File
  readonly recognised?: Recognised
  readonly mistake?: string
}

/** The maximum size of a transcript, in bytes. */
const largestTranscript = 2 ** 22

export function TryPlace() {
  const [tried, setTried] = useState<readonly Tried[]>([])
  const [transcript, setTranscript] = useState<Transcript>()
  const [isOver, setOver] = useState(false)
  const change = (file: File, what: Omit<Tried, 'file'>) =>
    setTried((all) => all.map((one) => (one.file === file ? { file, ...what } : one)))
  const take = (files: readonly File[]) => {
    for (const file of files) {
      if (isTranscript(file)) {
        readTranscript(file).then(setTranscript, (error: unknown) =>
          setTried((all) => [{ file, mistake: messageOf(error) }, ...all]),
        )
        continue
      }
      setTried((all) => [{ file }, ...all])
      recogniseFile(file).then(
        (recognised) => change(file, { recognised }),
        (error: unknown) => change(file, { mistake: messageOf(error) }),
      )
    }
  }
  return (
    <>
      <h1>{texts.try.title}</h1>
      <p>{texts.try.about}</p>
      <fieldset
        aria-label={texts.try.choose}
        class={isOver ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take([...(event.dataTransfer?.files ?? [])])
        }}
      >
        <label class="button">
          {texts.try.choose}
          <input
            type="file"
            multiple
            class="unseen"
            onChange={({ currentTarget }) => {
              take([...(currentTarget.files ?? [])])
              currentTarget.value = ''
            }}
          />
        </label>{' '}
        <span class="quiet">{texts.try.drop}</span>
      </fieldset>
      {tried.map(({ file, recognised, mistake }, at) => (
        <section key={`${tried.length - at} ${file.name}`} aria-label={file.name}>
          <h2>{file.name}</h2>
          {mistake !== undefined && <Problem>{mistake}</Problem>}
          {recognised && (
            <Result file={file} recognised={recognised} {...(transcript && { transcript })} />
          )}
          {mistake === undefined && !recognised && (
            <Waiting>{texts.try.reading(file.name)}</Waiting>
          )}
        </section>
      ))}
    </>
  )
}

const isTranscript = ({ name }: File) => /\.(srt|vtt|txt|json|textgrid|csv|tsv)$/i.test(name)

async function readTranscript(file: File): Promise<Transcript> {
  if (file.size <= largestTranscript) return parseTranscript(await file.text(), file.name)
  throw new LimbicError('is too large for a transcript', {
    where: file.name,
    expected: `at most ${largestTranscript} bytes`,
    got: String(file.size),
  })
}
