/** The batch of a reference file as a whole training set, for models that remember their samples. */
import type { TrainingState } from '../learn/step/state.js'
import { sampleFeed, type TrainingSet } from '../learn/step/training-set.js'
import type { ReferenceFormat } from '../models/published/reference-format.js'
import type { Value } from '../runtime/session.js'
import { type PlacedError, relativeError } from './compare.js'
import type { ReferenceFile } from './reference-file.js'

/** The training set that consists of a file's one batch, and the indices of its samples in it. */
export function batchAsTrainingSet(feeds: ReadonlyMap<string, Value>): {
  readonly trainingSet: TrainingSet
  readonly sample: Value
} {
  const { data, shape = [] } = feeds.get('target') ?? {}
  const [samples = 0] = shape
  const scores = data instanceof Float32Array && shape.length === 1 ? { scores: data } : {}
  const places = Array.from({ length: samples }, (_, place) => place)
  return { trainingSet: { samples, ...scores }, sample: sampleFeed(places) }
}

/** Fills the buffers with the file's values from before training. */
export function startMemory(
  file: ReferenceFile,
  { memory = [] }: ReferenceFormat,
  state: TrainingState,
): void {
  for (const { buffer, start } of memory) state.parameter(buffer).set(file.floats(start))
}

/** The errors of the buffers after a step; steps count from 0. */
export function memoryErrors(
  file: ReferenceFile,
  { memory = [] }: ReferenceFormat,
  state: TrainingState,
  step: number,
): PlacedError[] {
  return memory.map(({ buffer, after }) => {
    const own = state.parameter(buffer)
    const expected = file.floats(after).subarray(step * own.length, (step + 1) * own.length)
    return { where: `${after}, step ${step + 1}`, error: relativeError(own, expected, 1) }
  })
}
