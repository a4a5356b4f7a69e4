/** Samples as lines of JSON, and the model's answer to each. */
import type { InvalidPolicy } from '../../data/index.js'
import { limit, overLimit } from '../../disk/limits.js'
import { linesOf } from '../../disk/lines.js'
import {
  type Answering,
  answerSamples,
  isFailure,
  type LineFailure,
  opening,
  type Piece,
  readSamples,
} from '../../use/lines.js'
import type { CheckedSample } from '../../use/samples.js'
import type { Prediction } from '../../use/trained-model.js'

export type { Answering, LineFailure }

/** The outcome of all lines. */
export interface Answered {
  readonly lines: number
  readonly failed: number
  /** Keys of samples that the model does not read, up to twenty. */
  readonly ignored: readonly string[]
  /** How many samples lacked each input, for those that some lacked. */
  readonly missing: ReadonlyMap<string, number>
}

/** Every line may have different keys. */
const mostIgnored = 20

/** How lines are answered. */
export interface AnswerOptions {
  /** The most samples in one batch. */
  readonly together: number
  /** How missing numbers are handled; see `SampleChecks`. */
  readonly invalid?: InvalidPolicy
}

/**
 * Answers each line as soon as it is complete, in order. A line that is not a valid sample is
 * answered with its error, and the next one is read. A line may be a list of samples, and the whole
 * input may be one JSON value over many lines.
 *
 * @returns the number of samples, how many of them were answered with an error, and the keys that
 * were not read
 * @throws LimbicError if the stream cannot be read, or a line is longer than the limit
 */
export async function answerLines(
  model: Answering,
  input: AsyncIterable<Uint8Array | string>,
  where: string,
  { together, invalid = 'refuse' }: AnswerOptions,
  write: (answers: readonly (Prediction | LineFailure)[]) => Promise<void>,
): Promise<Answered> {
  let [lines, failed] = [0, 0]
  const ignored = new Set<string>()
  const missing = new Map<string, number>()
  for await (const pieces of piecesOf(linesOf(input, where), where)) {
    let waiting: (CheckedSample | LineFailure)[] = []
    const flush = async () => {
      if (waiting.length > 0) await write(await answerSamples(model, waiting))
      waiting = []
    }
    for (const piece of pieces) {
      for (const read of readSamples(piece, model, invalid)) {
        lines++
        if (isFailure(read)) failed++
        else {
          for (const key of read.ignored) if (ignored.size < mostIgnored) ignored.add(key)
          for (const name of read.missing) missing.set(name, (missing.get(name) ?? 0) + 1)
        }
        waiting.push(read)
        if (waiting.length === together) await flush()
      }
    }
    await flush()
  }
  return { lines, failed, ignored: [...ignored], missing }
}

/** Each line that is not blank, or the whole input if its first line only opens a value. */
async function* piecesOf(
  lines: AsyncIterable<readonly string[]>,
  where: string,
): AsyncGenerator<readonly Piece[]> {
  let number = 0
  let begun = false
  let document: string[] | undefined
  let length = 0
  for await (const whole of lines) {
    const pieces: Piece[] = []
    for (const text of whole) {
      number++
      if (document) {
        document.push(text)
        length += text.length + 1
        if (length > limit('json')) throw overLimit('the file is too large', 'json', { where })
        continue
      }
      if (text.trim() === '') continue
      if (!begun && opening.test(text)) document = [text]
      else pieces.push({ text, where: `${where}, line ${number}` })
      begun = true
    }
    if (pieces.length > 0) yield pieces
  }
  if (document) yield [{ text: document.join('\n'), where }]
}
