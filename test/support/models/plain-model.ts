/** A model's predictions against a plain reference that reads one sample at a time. */
import { expect } from 'vitest'
import { elementAt } from '../../../src/base/lookup.js'
import type { NdArray } from '../../reference/array.js'
import { PlainWeights, type Row, stepsOf } from '../../reference/models/plain.js'
import { type ModelCase, runSmall, smallModelOf } from './describe-model.js'

/** One sample: the true steps of each modality. */
export type PlainSample = (modality: string) => Row[]

/**
 * Compares predictions, at further padding that holds other numbers where `padding` is hidden.
 *
 * @param predict the prediction for one sample
 */
export async function expectPlain(
  given: ModelCase,
  predict: (weights: PlainWeights, sample: PlainSample) => Row,
): Promise<void> {
  const { outputs, feeds, parameters, graph } = smallModelOf({ padding: 2, beyond: 9, ...given })
  const weights = new PlainWeights(parameters, feeds)
  const fed = (name: string): NdArray => {
    const tensor = graph.named(name)
    const value = tensor && feeds.get(tensor)
    if (!value) throw new Error(`nothing is fed for ${name}`)
    return value
  }
  const results = await runSmall({ prediction: outputs.prediction }, feeds)
  const { data, shape } = elementAt([...results.values()], 0, 'result')
  const [samples = 0, count = 0] = shape
  expect(samples).toBeGreaterThan(0)
  for (let sample = 0; sample < samples; sample++) {
    const lengths = (modality: string) =>
      fed(given.model.aligned ? 'lengths' : `${modality}_lengths`)
    const expected = predict(weights, (modality) =>
      stepsOf(fed(modality), sample, lengths(modality).data[sample] ?? 0),
    )
    expect(expected).toHaveLength(count)
    for (const [output, value] of expected.entries()) {
      expect(Number(data[sample * count + output])).toBeCloseTo(value, 4)
    }
  }
}
