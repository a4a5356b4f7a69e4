/** The page of a recording and the emotions recognised in it. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import type { Source } from '../../media/source.js'
import {
  type FacePicture,
  type FaceSeen,
  facePicture,
  type Recognition,
} from '../../recognise/index.js'
import { spectrogramIn } from '../../recognise/node.js'
import { recordingPage } from '../../report/pages/recording/page.js'

/** The most faces on a page, as its width allows. */
const mostFaces = 10

/** Collects the content of a page while a recording is read. */
export class RecordingReport {
  readonly #source: Source
  readonly #faces: FacePicture[] = []

  constructor(source: Source) {
    this.#source = source
  }

  /** Keeps faces at intervals. */
  readonly seen: FaceSeen = (frame, face) => {
    const last = this.#faces.at(-1)?.time ?? Number.NEGATIVE_INFINITY
    const apart = (this.#source.duration ?? 0) / mostFaces
    if (frame.time - last >= apart) this.#faces.push(facePicture(frame, face))
  }

  /** @throws LimbicError if the sound cannot be decoded or the page cannot be written */
  async write(page: string, path: string, recognition: Recognition): Promise<void> {
    const { sound, picture } = this.#source
    const { html } = await recordingPage({
      recognition,
      recording: addressOf(path, page),
      picture: picture !== undefined,
      faces: this.#faces,
      ...(sound && {
        spectrogram: await spectrogramIn(this.#source, recognition.duration),
      }),
      footer: `limbic ${version}, limbic predict`,
    })
    writeContentSafely(page, html)
  }
}

/**
 * The file of each recording's page, by the recording's path. Recordings with the same name, such
 * as a.mp4 and a.wav, keep their extensions, so that no page overwrites another.
 *
 * @param given the --report option: a file that ends with .html, for one recording, or else a folder
 * @throws LimbicError if one file is given for several recordings
 */
export function pagePaths(given: string, recordings: readonly string[]): Map<string, string> {
  if (/\.html?$/i.test(given)) {
    if (recordings.length > 1) {
      throw new LimbicError('one page cannot hold several recordings', {
        where: '--report',
        expected: `a folder for the pages of ${recordings.length} recordings`,
        got: given,
        hint: 'Name a folder: --report pages',
      })
    }
    return new Map(recordings.map((recording) => [recording, given]))
  }
  const short = (path: string) => basename(path, extname(path))
  const uses = new Map<string, number>()
  for (const path of recordings) uses.set(short(path), (uses.get(short(path)) ?? 0) + 1)
  return new Map(
    recordings.map((path) => {
      const name = uses.get(short(path)) === 1 ? short(path) : basename(path)
      return [path, join(given, `${name}.html`)]
    }),
  )
}

/** The recording's address relative to the page. */
export function addressOf(path: string, page: string): string {
  const steps = relative(dirname(resolve(page)), resolve(path)).split(sep)
  return steps.map((step) => (step === '..' ? step : encodeURIComponent(step))).join('/')
}
