/** Samples as lines of JSON, and the model's answer to each. */
import { LimbicError } from '../../base/errors.js'
import { parseJson } from '../../base/schema.js'
import type { InvalidPolicy } from '../../data/index.js'
import { limit, overLimit } from '../../disk/limits.js'
import { linesOf } from '../../disk/lines.js'
import type { CheckedSample } from '../../use/samples.js'
import type { Prediction, TrainedModel } from '../../use/trained-model.js'

/** Checks and answers samples. */
export type Answering = Pick<TrainedModel, 'check' | 'predictChecked'>

/** The answer to a line that is not a valid sample. */
export interface LineFailure {
  readonly id: string
  readonly error: string
}

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
      if (waiting.length > 0) await write(await answer(model, waiting))
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

/** A part of the input: one JSON value. */
interface Piece {
  readonly text: string
  readonly where: string
}

/** A first line of brackets alone starts a value over several lines. */
const opening = /^\s*[[{][\s[{]*$/

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

async function answer(
  model: Answering,
  waiting: readonly (CheckedSample | LineFailure)[],
): Promise<(Prediction | LineFailure)[]> {
  const samples = waiting.flatMap((read) => (isFailure(read) ? [] : [read]))
  const predictions = samples.length > 0 ? await model.predictChecked(samples) : []
  let next = 0
  return waiting.flatMap((read): readonly (Prediction | LineFailure)[] =>
    isFailure(read) ? [read] : predictions.slice(next, ++next),
  )
}

function isFailure(read: CheckedSample | LineFailure): read is LineFailure {
  return 'error' in read
}

function readSamples(
  { text, where }: Piece,
  model: Answering,
  invalid: InvalidPolicy,
): (CheckedSample | LineFailure)[] {
  try {
    const hint = 'Each line must be one complete sample; JSON has no NaN'
    const value = parseJson(withoutWords(text), where, hint)
    // A list of anything else is one mistake, not one per element.
    const isList = Array.isArray(value) && value.length > 0 && value.every(isObject)
    const samples: readonly unknown[] = isList ? value : [value]
    return samples.map((sample, index) =>
      readSample(sample, model, samples.length > 1 ? `${where}, sample ${index}` : where, invalid),
    )
  } catch (error) {
    if (error instanceof LimbicError) return [{ id: where, error: error.message }]
    throw error
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Python writes NaN and Infinity, which are not JSON; they count as missing numbers. */
function withoutWords(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text
  return text.replace(/"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g, (found) =>
    found.startsWith('"') ? found : 'null',
  )
}

function readSample(
  value: unknown,
  model: Answering,
  where: string,
  invalid: InvalidPolicy,
): CheckedSample | LineFailure {
  let id = where
  try {
    const own: unknown = typeof value === 'object' && value !== null && Reflect.get(value, 'id')
    if (typeof own === 'string' || typeof own === 'number') id = String(own)
    return model.check(value, where, invalid)
  } catch (error) {
    if (error instanceof LimbicError) return { id, error: error.message }
    throw error
  }
}
