/** The page of a recording and what is recognised in it. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
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

/** Faces on a page: as many as its width has room for. */
const mostFaces = 10

/** Collects what a page shows while a recording is read. */
export class RecordingReport {
  readonly #source: Source
  readonly #faces: FacePicture[] = []

  constructor(source: Source) {
    this.#source = source
  }

  /** Keeps a face now and then. */
  readonly seen: FaceSeen = (frame, face) => {
    const last = this.#faces.at(-1)?.time ?? Number.NEGATIVE_INFINITY
    const apart = (this.#source.duration ?? 0) / mostFaces
    if (frame.time - last >= apart) this.#faces.push(facePicture(frame, face))
  }

  /** @throws LimbicError if the sound cannot be decoded, or the page not be written */
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
 * Where the page of a recording goes.
 *
 * @param given the --report option: a file that ends with .html, for one recording, or else a folder
 */
export function pagePath(given: string, recording: string): string {
  if (/\.html?$/i.test(given)) return given
  const name = basename(recording)
  return join(given, `${name.slice(0, name.length - extname(name).length)}.html`)
}

/** The recording's address as seen from the page. */
function addressOf(path: string, page: string): string {
  const steps = relative(dirname(resolve(page)), resolve(path)).split(sep)
  return steps.map((step) => (step === '..' ? step : encodeURIComponent(step))).join('/')
}
