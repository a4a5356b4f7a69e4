/** Tests of cases: all of them as one model in ONNX Runtime, at several sizes. */
import { beforeAll, describe, test } from 'vitest'
import { Graph, type Tensor, writeModel } from '../../../src/graph/index.js'
import { openSession } from '../../../src/runtime/node.js'
import type { Session, Value } from '../../../src/runtime/session.js'
import type { NdArray } from '../../reference/array.js'
import {
  type BuiltCase,
  buildCase,
  fill,
  fromValue,
  type GradientCase,
  type Sizes,
  toValue,
} from './cases.js'
import { checkCase } from './differences.js'

interface Bundle {
  readonly built: readonly BuiltCase[]
  readonly session: Session
  readonly names: ReadonlyMap<Tensor, string>
}

/** All cases as one model: opening a session is what costs. */
async function open(cases: readonly GradientCase[], onlyForward: boolean): Promise<Bundle> {
  const graph = new Graph()
  const built = cases.map((one, index) => buildCase(graph, index, one))
  const wanted = built.flatMap(({ outputs, gradients: found }) =>
    onlyForward ? outputs : [...outputs, ...found],
  )
  const names = new Map<Tensor, string>()
  for (const tensor of wanted) names.set(tensor, `out.${tensor.id}`)
  const outputs = new Map([...names].map(([tensor, name]) => [name, tensor]))
  const model = writeModel({ inputs: graph.inputs, outputs })
  return { built, names, session: await openSession(model, { threads: 1 }) }
}

async function runAll(
  { built, session, names }: Bundle,
  sizes: Sizes,
): Promise<{ feeds: Map<Tensor, NdArray>[]; ofOrt: (tensor: Tensor) => NdArray }> {
  const feeds = built.map((one) => fill(one, sizes))
  const values = new Map<string, Value>()
  for (const one of feeds) {
    for (const [tensor, array] of one) {
      if ('name' in tensor.origin) values.set(tensor.origin.name, toValue(tensor.dataType, array))
    }
  }
  const results = await session.run(values)
  return {
    feeds,
    ofOrt: (tensor) => fromValue(results.get(names.get(tensor) ?? '') as Value),
  }
}

/**
 * A test for each case, all of them in one model that runs at each of the given sizes.
 *
 * @param settings `sizes`: what names of dimensions stand for, one run each; `inference`: check
 * the outputs also without gradients, for operators that then run otherwise
 */
export function describeGradients(
  title: string,
  cases: readonly GradientCase[],
  {
    sizes = [{}],
    inference = false,
  }: { readonly sizes?: readonly Sizes[]; readonly inference?: boolean } = {},
): void {
  describe(title, () => {
    let runs: { bundle: Bundle; outcome: Awaited<ReturnType<typeof runAll>> }[] = []
    let plain: typeof runs = []
    beforeAll(async () => {
      const runIn = async (onlyForward: boolean) => {
        const bundle = await open(cases, onlyForward)
        const done: typeof runs = []
        for (const one of sizes) done.push({ bundle, outcome: await runAll(bundle, one) })
        await bundle.session.close()
        return done
      }
      runs = await runIn(false)
      if (inference) plain = await runIn(true)
    })
    for (const [index, { name }] of cases.entries()) {
      test(name, () => {
        for (const { bundle, outcome } of runs) {
          const built = bundle.built[index] as BuiltCase
          checkCase(built, outcome.feeds[index] as Map<Tensor, NdArray>, outcome.ofOrt)
        }
        for (const { bundle, outcome } of plain) {
          const built = bundle.built[index] as BuiltCase
          const feeds = outcome.feeds[index] as Map<Tensor, NdArray>
          checkCase({ ...built, sources: [] }, feeds, outcome.ofOrt)
        }
      })
    }
  })
}

/**
 * Checks one function of tensors: forward and gradients, as `describeGradients` does.
 *
 * @param build the function
 * @param operands the shapes of its operands, by name
 */
export async function checkGradient(
  build: GradientCase['build'],
  operands: GradientCase['operands'],
  { sizes = {}, ...options }: Partial<GradientCase> & { readonly sizes?: Sizes } = {},
): Promise<void> {
  const bundle = await open([{ name: 'function', ...options, build, operands }], false)
  const { feeds, ofOrt } = await runAll(bundle, sizes)
  await bundle.session.close()
  checkCase(bundle.built[0] as BuiltCase, feeds[0] as Map<Tensor, NdArray>, ofOrt)
}
