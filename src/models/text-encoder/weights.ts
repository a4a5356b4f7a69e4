/** The values of a published text encoder, by the names of our parameters. */
import { LimbicError } from '../../base/errors.js'
import { Scope } from '../../nn/scope.js'
import type { TextEncoderConfig } from './config.js'
import { textEncoder } from './encoder.js'
import type { EncoderWeights } from './parts.js'

/** A tensor of a checkpoint. */
export interface CheckpointTensor {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number> | ArrayLike<bigint>
}

/**
 * Finds every parameter of an encoder in a checkpoint: names may begin with `albert.` or `bert.`,
 * and norms may have TensorFlow's `gamma` and `beta`. Other tensors, such as heads for what the
 * encoder was trained on, are ignored.
 *
 * @param where the file, for messages
 * @returns the values, and whether the checkpoint has a pooler
 * @throws LimbicError that names what is missing or has another shape than the configuration says
 */
export function textEncoderWeights(
  tensors: ReadonlyMap<string, CheckpointTensor>,
  config: TextEncoderConfig,
  where: string,
): { readonly weights: EncoderWeights; readonly pooler: boolean } {
  const known = new Map(
    [...tensors].map(([name, tensor]) => [ownName(name, config.model_type), tensor]),
  )
  const pooler = [...known.keys()].some((name) => name.startsWith('pooler.'))
  const scope = new Scope()
  textEncoder(scope, config, { pooler })
  const parameters = [...scope.graph.parameters.values()]
  const missing = parameters.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (missing.length > 0) {
    throw new LimbicError('the weights of the text encoder are incomplete', {
      where,
      expected: `the tensor "${missing[0]}"${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}`,
      got: `${tensors.size} tensors`,
      hint: 'Use the config.json and the weights of one and the same checkpoint',
    })
  }
  const weights = new Map<string, Float32Array>()
  for (const { name, shape } of parameters) {
    const tensor = known.get(name)
    if (!tensor) continue
    if (tensor.shape.join() !== shape.join()) {
      throw new LimbicError(`the tensor "${name}" does not fit config.json`, {
        where,
        expected: `[${shape.join(', ')}]`,
        got: `[${tensor.shape.join(', ')}]`,
        hint: 'Use the config.json and the weights of one and the same checkpoint',
      })
    }
    const values = Float32Array.from(tensor.data, Number)
    if (!values.every(Number.isFinite)) {
      throw new LimbicError(`the tensor "${name}" has values that are not finite`, {
        where,
        hint: 'Get the weights again',
      })
    }
    weights.set(name, values)
  }
  return { weights, pooler }
}

function ownName(name: string, type: TextEncoderConfig['model_type']): string {
  const own = name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name
  return own
    .replace(/(LayerNorm|layer_norm)\.gamma$/, '$1.weight')
    .replace(/(LayerNorm|layer_norm)\.beta$/, '$1.bias')
}
