/** Files that were dropped, and what is answered to each. */
import { LimbicError } from '../../../base/errors.js'
import { parseTranscript, type Transcript } from '../../../media/words/transcript.js'
import type { LineFailure } from '../../../use/lines.js'
import type { Prediction } from '../../../use/trained-model.js'
import type { OwnRecognised, Recognised } from '../../worker/messages.js'
import { modelNow } from '../state/model.js'
import { Mistake } from '../state/server.js'
import { askWorker } from '../state/worker.js'
import { restoreTaught } from '../teach/restore.js'
import { texts } from '../texts.js'

/** A dropped file, and its result. */
export interface Tried {
  readonly file: File
  /** By the starter models. */
  readonly recognised?: Recognised
  /** By a model of the reader's own. */
  readonly own?: OwnRecognised
  /** To samples. */
  readonly answers?: readonly (Prediction | LineFailure)[]
  readonly mistake?: string
}

/** The maximum sizes of a transcript and of a file of samples, in bytes. */
const largestTranscript = 2 ** 22
const largestSamples = 2 ** 26

/** What a dropped file is. */
export async function kindOf(file: File): Promise<'transcript' | 'samples' | 'recording'> {
  if (/\.(jsonl|ndjson)$/i.test(file.name)) return 'samples'
  if (!/\.(srt|vtt|txt|json|textgrid|csv|tsv)$/i.test(file.name)) return 'recording'
  if (!/\.json$/i.test(file.name)) return 'transcript'
  const { about } = modelNow()
  if (!about) return 'transcript'
  // A transcript has words where a sample has lists of numbers.
  const start = await file.slice(0, 4096).text()
  const names = about.inputs.map((name) => name.replace(/[^\w]/g, '\\$&')).join('|')
  return new RegExp(`"(${names})"\\s*:\\s*(\\[|null)`).test(start) ? 'samples' : 'transcript'
}

/** @throws Mistake or LimbicError if it cannot be read, or is no recording */
export async function recognise(
  file: File,
  said: Transcript | undefined,
): Promise<Omit<Tried, 'file'>> {
  await restoreTaught()
  const answer = await askWorker({ kind: 'recognise', file, ...(said && { said }) })
  if (answer.kind === 'recognised') return { recognised: answer.recognised }
  return answer.kind === 'own-recognised' ? { own: answer.recognised } : {}
}

/** @throws Mistake or LimbicError if there is no model, or the file is too large */
export async function answerSamples(file: File): Promise<Omit<Tried, 'file'>> {
  if (!modelNow().about) throw new Mistake(texts.try.noModel)
  checkSize(file, largestSamples, 'is too large for samples in a page')
  await restoreTaught()
  const answer = await askWorker({ kind: 'answer', file })
  return answer.kind === 'answered' ? { answers: answer.answers } : {}
}

/** @throws LimbicError if it is too large, or not a transcript */
export async function readTranscript(file: File): Promise<Transcript> {
  checkSize(file, largestTranscript, 'is too large for a transcript')
  return parseTranscript(await file.text(), file.name)
}

function checkSize({ name, size }: File, most: number, message: string): void {
  if (size <= most) return
  const details = { where: name, expected: `at most ${most} bytes`, got: String(size) }
  throw new LimbicError(message, details)
}
