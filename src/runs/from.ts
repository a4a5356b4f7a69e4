/** Starts from the weights of another run. */
import { LimbicError } from '../base/errors.js'
import { readSafetensors } from '../formats/safetensors/index.js'
import type { Beginning } from '../learn/records.js'
import { bestRun } from './best-run.js'
import type { RunFolder } from './folder.js'
import { weightsFolder } from './open/so-far.js'

/** The run at a path, or the best of its seeds. */
export function sourceRun(path: string): RunFolder {
  return bestRun(path).run
}

/**
 * Takes the best weights of a run for those parameters of another model that have the same name and
 * shape.
 *
 * @param parameters of the model that starts from them
 * @throws LimbicError if there is no such run, it has no weights, or none of them fits
 */
export function takeWeights(
  path: string,
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
): { weights: Map<string, Float32Array>; beginning: Beginning } {
  const run = sourceRun(path)
  const file = weightsFolder(run).file('weights.safetensors')
  const { tensors } = readSafetensors(file)
  const weights = new Map<string, Float32Array>()
  const anew: string[] = []
  for (const { name, shape } of parameters) {
    const tensor = tensors.get(name)
    const fits = tensor?.shape.join() === shape.join() && tensor.data instanceof Float32Array
    if (fits && tensor.data instanceof Float32Array) weights.set(name, tensor.data)
    else anew.push(`${name} [${shape.join(', ')}]`)
  }
  if (weights.size === 0) {
    const [first] = tensors
    throw new LimbicError('no parameter of this run matches the model', {
      where: file,
      expected: anew[0] ?? 'parameters',
      got: first ? `${first[0]} [${first[1].shape.join(', ')}] and others` : 'none',
      hint: 'Train the same model with the same settings, or leave out --from',
    })
  }
  return { weights, beginning: { run: run.path, taken: weights.size, anew } }
}
