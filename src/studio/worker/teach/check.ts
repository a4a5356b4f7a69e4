/** Checks takes and weights from a file, before anything computes with them. */
import { LimbicError } from '../../../base/errors.js'
import { zeros } from '../../../data/feature.js'
import type { ModelInput } from '../../../use/inputs.js'
import type { Take, TaughtWeights } from './take.js'

/** @throws LimbicError unless the features of every take are those that a model reads */
export function checkFeatures(takes: readonly Take[], inputs: readonly ModelInput[]): void {
  for (const [at, { features }] of takes.entries()) {
    const axes = new Map<string, number>()
    for (const { name, width, dataType = 'float32', steps: along } of inputs) {
      const found = features?.get(name)
      const steps = found?.steps ?? 0
      const expected = along ? (axes.get(along.axis) ?? Math.max(1, steps)) : 1
      if (along) axes.set(along.axis, expected)
      const isOfType = found?.values.constructor === zeros(dataType, 0).constructor
      if (isOfType && steps === expected && found.values.length === steps * width) continue
      throw new LimbicError('a take holds other features than the model reads', {
        where: `take ${at + 1}, ${name}`,
        expected: `${dataType}, ${expected} steps of ${width}`,
        got: found ? `${found.values.length} numbers in ${steps} steps` : 'none',
      })
    }
  }
}

/** @throws LimbicError unless every row of every take has a number for each emotion */
export function checkRows(takes: readonly Take[], emotions: readonly string[]): void {
  const count = emotions.length
  const at = takes.findIndex(({ rows }) =>
    rows.some(({ voice, face }) => voice.length !== count || face.length !== count),
  )
  if (at < 0) return
  throw new LimbicError('a take holds other answers than those of the starter models', {
    where: `take ${at + 1}`,
    expected: `${count} numbers for voice and face: ${emotions.join(', ')}`,
  })
}

/** @throws LimbicError unless these are the weights of a fusion layer */
export function checkFusion(weights: TaughtWeights): void {
  const count = weights.get('fusion.bias')?.length ?? 0
  const isLayer = weights.size === 2 && weights.get('fusion.weight')?.length === 2 * count ** 2
  if (count > 0 && isLayer) return
  throw new LimbicError('these are not the weights of the fusion of voice and face', {
    expected: 'fusion.weight and fusion.bias',
    got: [...weights].map(([name, { length }]) => `${name} (${length})`).join(', ') || 'none',
  })
}
