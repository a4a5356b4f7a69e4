/** Samples that come as lines of JSON, and what the model says of each. */
import { LimbicError } from '../../base/errors.js'
import { parseJson } from '../../base/schema.js'
import { linesOf } from '../../disk/lines.js'
import type { CheckedSample } from '../../use/samples.js'
import type { Prediction, TrainedModel } from '../../use/trained-model.js'

/** What checks samples and answers them. */
export type Answering = Pick<TrainedModel, 'check' | 'predictChecked'>

/** What is said of a line that holds no sample the model can answer. */
export interface LineFailure {
  readonly id: string
  readonly error: string
}

/**
 * Answers each line as soon as it has come whole, in their order; one that is no sample of the
 * model's is answered with what is wrong about it, and the next is read.
 *
 * @param together how many samples go through the model at once, at most
 * @returns how many lines were answered, and how many of those with an error
 * @throws LimbicError if the stream cannot be read, or has a line beyond the limit
 */
export async function answerLines(
  model: Answering,
  input: AsyncIterable<Uint8Array | string>,
  where: string,
  together: number,
  write: (answers: readonly (Prediction | LineFailure)[]) => Promise<void>,
): Promise<{ readonly lines: number; readonly failed: number }> {
  let [number, lines, failed] = [0, 0, 0]
  for await (const whole of linesOf(input, where)) {
    let waiting: (CheckedSample | LineFailure)[] = []
    const flush = async () => {
      if (waiting.length > 0) await write(await answer(model, waiting))
      waiting = []
    }
    for (const line of whole) {
      number++
      if (line.trim() === '') continue
      lines++
      const read = readSample(line, model, `${where}, line ${number}`)
      if (isFailure(read)) failed++
      waiting.push(read)
      if (waiting.length === together) await flush()
    }
    await flush()
  }
  return { lines, failed }
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

function readSample(line: string, model: Answering, where: string): CheckedSample | LineFailure {
  let id = where
  try {
    const value = parseJson(line, where, 'Each line must be one complete sample; JSON has no NaN')
    const own: unknown = typeof value === 'object' && value !== null && Reflect.get(value, 'id')
    if (typeof own === 'string' || typeof own === 'number') id = String(own)
    return model.check(value, where)
  } catch (error) {
    if (error instanceof LimbicError) return { id, error: error.message }
    throw error
  }
}
