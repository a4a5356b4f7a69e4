import { lookUp } from '../../../src/base/lookup.js'
import type { Modality } from '../../../src/base/modalities.js'
import { RandomStream } from '../../../src/base/random.js'
import {
  add,
  type Graph,
  multiply,
  type Parameter,
  reduceSum,
  type Tensor,
  writeModel,
} from '../../../src/graph/index.js'
import { inputsFor, predictedFrom } from '../../../src/learn/step/features.js'
import { applyModel } from '../../../src/learn/step/graphs.js'
import { lengthsName } from '../../../src/models/define/inputs.js'
import type { Model, ModelOutputs, Widths } from '../../../src/models/index.js'
import { openSession } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import type { NdArray } from '../../reference/array.js'
import { toValue } from '../gradients/index.js'

export interface ModelCase {
  readonly model: Model
  /** What is chosen, every dropout off. */
  readonly settings: object
  readonly widths: Widths
  readonly outputs?: number
  /** The true lengths of each modality's samples; the longest decides the padded length. */
  readonly lengths?: Readonly<Partial<Record<Modality, readonly number[]>>>
  /** Further steps after the longest sample. */
  readonly padding?: number
  /** The number that stands in padding; 0 unless given. */
  readonly beyond?: number
  /** Builds what is trained, which may read more and have more objectives, with every dropout off. */
  readonly training?: boolean
  /** How large the parameters are drawn. */
  readonly scale?: number
  /** The number above the largest of each input of integers; 4 unless given. */
  readonly integers?: Readonly<Record<string, number>>
}

/** Numbers of tensors. */
export type Feeds = ReadonlyMap<Tensor, NdArray>

export interface SmallModel {
  readonly graph: Graph
  readonly outputs: ModelOutputs
  /** A sum of all that the model gives, each with a weight of its own: it has no kink. */
  readonly loss: Tensor
  readonly parameters: readonly Parameter[]
  /** Numbers for every input and parameter. */
  readonly feeds: Feeds
}

const defaults: Readonly<Record<Modality, readonly number[]>> = {
  text: [3, 2],
  audio: [3, 2],
  vision: [3, 2],
}

/** A small model with numbers for all that it is fed; the same features whatever the padding. */
export function smallModelOf(given: ModelCase): SmallModel {
  const { model, widths, outputs: count = 2, padding = 0, beyond = 0, scale = 0.5 } = given
  const configured = model.configure(given.settings)
  const task = { outputs: Array.from({ length: count }, (_, output) => `output ${output}`) }
  const { scope, inputs, outputs } = applyModel(configured, widths, task, given.training ?? false)
  const { graph } = scope
  const feeds = new Map<Tensor, NdArray>()
  const chosen: Readonly<Record<string, readonly number[]>> = { ...defaults, ...given.lengths }
  const read = (given.training ? inputsFor : predictedFrom)(configured, widths)
  for (const { name, time, width, shape, dataType } of read) {
    if (time === undefined) continue
    // Inputs that share a clock have the lengths of the one that it is named after, or of the words.
    const steps = chosen[time.replace(/_time$/, '')] ?? chosen[name] ?? chosen.text
    if (!steps) continue
    const padded = Math.max(1, ...steps) + padding
    const integers = { float32: undefined, uint8: 256, int64: given.integers?.[name] ?? 4 }
    const below = integers[dataType]
    const { data } = numbersOf(name, { lengths: steps, steps: padded, width, beyond, below })
    feeds.set(lookUp(inputs, name, 'input'), { shape: [steps.length, padded, ...shape], data })
    const lengths = { shape: [steps.length], data: [...steps] }
    feeds.set(lookUp(inputs, lengthsName(time), 'input'), lengths)
  }
  const random = new RandomStream(7, 'small model')
  const draw = (shape: readonly number[], size: number): NdArray => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, size)),
  })
  const samples = chosen[read[0]?.name ?? 'text']?.length ?? 0
  for (const { name, time, width } of read) {
    if (time !== undefined) continue
    feeds.set(lookUp(inputs, name, 'input'), draw([samples, width], 1))
  }
  const parameters = [...graph.parameters.values()]
  for (const { tensor, shape, name } of parameters) {
    const drawn = draw(shape, scale)
    const isVariance = name.endsWith('running_var')
    feeds.set(
      tensor,
      isVariance ? { shape, data: drawn.data.map((value) => 1 + value ** 2) } : drawn,
    )
  }
  const weigh = (tensor: Tensor, index: number) => {
    const weights = graph.input(`weights.${index}`, 'float32', ['batch', count])
    feeds.set(weights, draw([samples, count], 1))
    return reduceSum(multiply(tensor, weights))
  }
  const parts = [
    ...[outputs.prediction, ...Object.values(outputs.heads ?? {})].map(weigh),
    ...Object.values(outputs.objectives ?? {}),
  ]
  const loss = parts.reduce((total, part) => add(total, part))
  return { graph, outputs, loss, parameters, feeds }
}

/** Features that depend on sample and step alone, so that padding changes none of them. */
function numbersOf(
  modality: string,
  {
    lengths,
    steps,
    width,
    beyond,
    below,
  }: Record<'steps' | 'width' | 'beyond', number> & {
    readonly lengths: readonly number[]
    /** Integers from 0, all below this; default: normal numbers. */
    readonly below?: number | undefined
  },
): NdArray {
  const data = lengths.flatMap((length, sample) => {
    const random = new RandomStream(5, modality, sample)
    return Array.from({ length: steps * width }, (_, place) =>
      place < length * width
        ? below === undefined
          ? random.normal()
          : random.integer(below)
        : beyond,
    )
  })
  return { shape: [lengths.length, steps, width], data }
}

/** Runs outputs of a small model, feeding only what they need. */
export async function runSmall(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Feeds,
): Promise<ReadonlyMap<string, Value>> {
  const named = (tensor: Tensor) => ('name' in tensor.origin ? tensor.origin.name : '')
  const inputs = new Map([...feeds.keys()].map((tensor) => [named(tensor), tensor]))
  const session = await openSession(
    writeModel({ inputs, outputs: new Map(Object.entries(outputs)) }),
  )
  const values = [...feeds].map(
    ([tensor, value]) => [named(tensor), toValue(tensor.dataType, value)] as const,
  )
  const results = await session.run(new Map(values))
  await session.close()
  return results
}
