/** One sample and models that are functions of sums, whose contributions can be told beforehand. */
import type { Batch } from '../../../src/data/batch.js'
import type { Split } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import {
  type ContributionOptions,
  explainContributions,
  mainScores,
  type Runnable,
} from '../../../src/faces/explain.js'
import { sourceOf } from '../datasets.js'
import { regression } from '../models/small-model.js'

export const inputs = ['text', 'audio', 'vision', 'prosody'] as const
export type InputName = (typeof inputs)[number]
export const baselines = {
  text: Float32Array.of(1, -1),
  audio: Float32Array.of(0.5),
  vision: Float32Array.of(2),
  prosody: Float32Array.of(0.25),
}

/** One sample: three words, seven steps of sound, two of face, one number of prosody. */
export const split: Split = {
  ids: ['a'],
  rawText: ['not so good'],
  features: {
    text: sourceOf(2, [[1, 2, 3, 4, 5, 6]]),
    audio: sourceOf(1, [[1, 2, 3, 4, 5, 6, 7]]),
    vision: sourceOf(1, [[-1, 3]]),
    prosody: wholeFeature(1, Float32Array.of(4)),
  },
  targets: { sentiment: Float32Array.of(1) },
}
export const options: ContributionOptions = { task: regression, inputs, baselines, aligned: false }

/** The sum over steps and features of one input of a row of a batch. */
function total(batch: Batch, row: number, input: InputName): number {
  const values = Array.from(batch.features[input]?.values ?? [], Number)
  const size = values.length / batch.size
  return values.slice(row * size, (row + 1) * size).reduce((sum, one) => sum + one, 0)
}

/** A model that is a function of those sums. */
export const modelOf = (
  outputs: (sums: Readonly<Record<InputName, number>>) => readonly number[],
): Runnable => ({
  async run(batch) {
    const rows = Array.from({ length: batch.size }, (_, row) => {
      const of = (input: InputName) => total(batch, row, input)
      return outputs({
        text: of('text'),
        audio: of('audio'),
        vision: of('vision'),
        prosody: of('prosody'),
      })
    })
    const shape = [batch.size, rows[0]?.length ?? 0]
    const data = Float32Array.from(rows.flat())
    return { prediction: { dataType: 'float32', shape, data }, maps: [] }
  },
})

export const partsOf = async (model: Runnable, more: Partial<ContributionOptions> = {}) => {
  const found = await explainContributions(model, split, 0, { ...options, ...more })
  const [score] = mainScores(found)
  if (!score) throw new Error('no score')
  return { found, score, parts: score.parts.map(({ value }) => value) }
}
