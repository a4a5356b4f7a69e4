/** Samples as JSON: a value per line or one for a whole file, each a sample or a list of them. */
import { LimbicError } from '../base/errors.js'
import { parseJson } from '../base/schema.js'
import type { InvalidPolicy } from '../data/prepare/invalid/invalid.js'
import type { CheckedSample } from './samples.js'
import type { Prediction, TrainedModel } from './trained-model.js'

/** Checks and answers samples. */
export type Answering = Pick<TrainedModel, 'check' | 'predictChecked'>

/** The answer to a line that is not a valid sample. */
export interface LineFailure {
  readonly id: string
  readonly error: string
}

/** A part of the input: one JSON value. */
export interface Piece {
  readonly text: string
  readonly where: string
}

/** A first line of brackets alone starts a value over several lines. */
export const opening = /^\s*[[{][\s[{]*$/

/** The pieces of a whole file: each line that is not blank, or all of it. */
export function piecesOf(content: string, where: string): Piece[] {
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/)
  const first = lines.find((line) => line.trim() !== '')
  if (first !== undefined && opening.test(first)) return [{ text: lines.join('\n'), where }]
  return lines.flatMap((text, at) =>
    text.trim() === '' ? [] : [{ text, where: `${where}, line ${at + 1}` }],
  )
}

/** The answers to samples, and the failures among them, in order. */
export async function answerSamples(
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

export function isFailure(read: CheckedSample | LineFailure): read is LineFailure {
  return 'error' in read
}

/** The samples of a piece, or why it has none. */
export function readSamples(
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
    return model.check(value, where, { invalid })
  } catch (error) {
    if (error instanceof LimbicError) return { id, error: error.message }
    throw error
  }
}
