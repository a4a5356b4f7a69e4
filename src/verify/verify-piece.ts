/** Compares a piece of a model with a reference file: one forward and backward pass, and evaluation. */
import { LimbicError } from '../base/errors.js'
import { elementAt, lookUp } from '../base/lookup.js'
import { Graph, gradients, type Shape, type Tensor, writeModel } from '../graph/index.js'
import type { ReferencePiece } from '../models/published/reference-piece.js'
import { Scope } from '../nn/scope.js'
import { nodeEngine } from '../runtime/node.js'
import type { Value } from '../runtime/session.js'
import { type Comparison, compareResults, comparison, relativeError } from './compare.js'
import { asValue, type ReferenceFile } from './reference-file.js'
import { gradientFloor, initialValues, type Pair, parameterErrors } from './reference-parameters.js'

/**
 * Runs the pieces of a file in training mode and, if the file has results of it, in evaluation
 * mode.
 *
 * @throws LimbicError if the file lacks a tensor, or its parameters are not the piece's
 */
export async function verifyPiece(
  file: ReferenceFile,
  piece: ReferencePiece,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = []
  for (const prefix of piece.prefixes ?? ['']) {
    comparisons.push(...(await compareTraining(file, piece, prefix)))
    if (file.has(`${prefix}output.evaluation`)) {
      comparisons.push(...(await compareEvaluation(file, piece, prefix)))
    }
  }
  return comparisons
}

/** A piece in its own graph, with the values of the file. */
interface Built {
  readonly graph: Graph
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly feeds: ReadonlyMap<string, Value>
  readonly results: ReadonlyMap<string, Tensor>
  readonly loss: Tensor
  readonly pairs: readonly Pair[]
  readonly weights: ReadonlyMap<string, Float32Array>
}

function build(
  file: ReferenceFile,
  piece: ReferencePiece,
  prefix: string,
  training: boolean,
): Built {
  const graph = new Graph()
  const inputs = new Map<string, Tensor>()
  const feeds = new Map<string, Value>()
  const given = (name: string, shape?: Shape): Tensor => {
    const place = file.has(`${prefix}${name}`) ? `${prefix}${name}` : name
    const known = inputs.get(place)
    if (known) return known
    const value = asValue(file.tensor(place))
    if (shape) checkShape(file, place, value.shape, shape)
    const input = graph.input(place, value.dataType, shape ?? value.shape)
    inputs.set(place, input)
    feeds.set(place, value)
    return input
  }
  const { results, loss } = piece.build(new Scope(graph, training), given, file.metadata, prefix)
  const pairs = [...graph.parameters.values()].map(
    (parameter): Pair => ({
      ...{ parameter, published: piece.rename(parameter.name, prefix) },
    }),
  )
  const weights = new Map(
    pairs.map((pair) => [pair.parameter.name, initialValues(file, pair, prefix)] as const),
  )
  return { graph, inputs, feeds, results: new Map(Object.entries(results)), loss, pairs, weights }
}

function checkShape(
  file: ReferenceFile,
  name: string,
  stored: readonly number[],
  expected: Shape,
): void {
  const fits =
    stored.length === expected.length &&
    expected.every((size, axis) => typeof size === 'string' || size === stored[axis])
  if (fits) return
  throw new LimbicError(`the tensor "${name}" has the wrong shape`, {
    where: file.path,
    expected: `[${expected.join(', ')}]`,
    got: `[${stored.join(', ')}]`,
  })
}

async function compareTraining(
  file: ReferenceFile,
  piece: ReferencePiece,
  prefix: string,
): Promise<Comparison[]> {
  const { graph, inputs, feeds, results, loss, pairs, weights } = build(file, piece, prefix, true)
  const trained = pairs.filter(({ parameter }) => parameter.trainable)
  const atInputs = file.namesUnder(`${prefix}grad_input.`).map((name) => {
    const given = piece.inputOf?.(name, prefix) ?? name
    const own = `${prefix}input.${given}`
    return { name, tensor: lookUp(inputs, inputs.has(own) ? own : `input.${given}`, 'input') }
  })
  const slopes = gradients(loss, [
    ...trained.map(({ parameter }) => parameter.tensor),
    ...atInputs.map(({ tensor }) => tensor),
  ])
  const outputs = new Map<string, Tensor>([...results, ['loss', loss]])
  for (const [index, { parameter }] of trained.entries()) {
    outputs.set(`gradient/${parameter.name}`, elementAt(slopes, index, 'gradient'))
  }
  for (const [index, { name }] of atInputs.entries()) {
    const slope = elementAt(slopes, trained.length + index, 'gradient')
    outputs.set(`input-gradient/${name}`, slope)
  }
  for (const [name, tensor] of graph.updates) outputs.set(`next/${name}`, tensor)
  const computed = await run(inputs, outputs, weights, feeds)
  const floats = (name: string) => {
    const data = computed.get(name)?.data
    return data instanceof Float32Array ? data : new Float32Array()
  }
  const errors = (kind: string, own: string, floor: (most: number) => number) =>
    parameterErrors(file, pairs, `${prefix}${kind}`, (name) => floats(`${own}/${name}`), floor)
  const expected = (name: string) => file.tensor(`${prefix}${name}`)
  return [
    ...compareResults(
      'output',
      [...results.keys()].map((name) => ({
        ...{ where: `${prefix}${name}`, actual: computed.get(name), expected: expected(name) },
      })),
    ),
    ...(file.has(`${prefix}loss`)
      ? comparison('loss', [
          { where: 'loss', error: relativeError(floats('loss'), expected('loss').data, 1) },
        ])
      : []),
    ...comparison('gradients', errors('grad', 'gradient', gradientFloor)),
    ...comparison(
      'input gradients',
      atInputs.map(({ name }) => ({
        where: `${prefix}grad_input.${name}`,
        error: relativeError(
          floats(`input-gradient/${name}`),
          expected(`grad_input.${name}`).data,
          0,
        ),
      })),
    ),
    ...comparison(
      'running statistics',
      errors('after', 'next', () => 1),
    ),
  ]
}

/** `output.maps` in evaluation mode is `output.evaluation.maps`. */
async function compareEvaluation(
  file: ReferenceFile,
  piece: ReferencePiece,
  prefix: string,
): Promise<Comparison[]> {
  const { inputs, feeds, results, weights } = build(file, piece, prefix, false)
  const placeOf = (name: string) => `${prefix}${name.replace(/^output/, 'output.evaluation')}`
  const outputs = new Map([...results].filter(([name]) => file.has(placeOf(name))))
  const computed = await run(inputs, outputs, weights, feeds)
  return compareResults(
    'evaluation',
    [...outputs.keys()].map((name) => ({
      where: placeOf(name),
      actual: computed.get(name),
      expected: file.tensor(placeOf(name)),
    })),
  )
}

async function run(
  inputs: ReadonlyMap<string, Tensor>,
  outputs: ReadonlyMap<string, Tensor>,
  weights: ReadonlyMap<string, Float32Array>,
  feeds: ReadonlyMap<string, Value>,
): Promise<ReadonlyMap<string, Value>> {
  const session = await nodeEngine.open(writeModel({ inputs, outputs, weights }))
  try {
    return await session.run(feeds)
  } finally {
    await session.close()
  }
}
