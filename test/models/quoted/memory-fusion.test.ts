/** MFN and Graph-MFN. */
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph } from '../../../src/graph/index.js'
import { subsetGraph } from '../../../src/models/define/subset-graph.js'
import { graphMfn, type Model, mfn } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { logistic } from '../../reference/elementwise.js'
import { type PlainWeights, type Row, relu, softmax } from '../../reference/models/plain.js'
import { sharedPath } from '../../support/folders.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain, type PlainSample } from '../../support/models/plain-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const same = [4, 2, 1]
const lengths = { text: same, audio: same, vision: same }
const hiddens = { textHidden: 3, audioHidden: 2, visionHidden: 2, memory: 4, headWidth: 5 }
const gates = { proposalWidth: 3, retainWidth: 4, updateWidth: 2 }
const undropped = { proposalDropout: 0, retainDropout: 0, updateDropout: 0, headDropout: 0 }
const caseOf = (model: Model, own: object, settings: object, outputs = 2) => ({
  ...{ model, widths, lengths, outputs },
  settings: { ...hiddens, ...gates, ...undropped, ...own, ...settings },
})
const memoryCase = (settings: object = {}) =>
  caseOf(mfn, { attentionWidth: 3, attentionDropout: 0 }, settings)
const graphCase = (settings: object = {}) => caseOf(graphMfn, { node: 3, core: 2 }, settings)
const published = { reads: 'outputs', efficacies: 'linear', vertexNetworks: 'fixed' }

describeModel('MFN', memoryCase())
describeModel('MFN whose gates see the memory', memoryCase({ gates: 'memory' }))
describeModel(
  'MFN of two over padding',
  { ...memoryCase({ modalities: ['audio', 'text'], padding: 'seen' }), padding: 2 },
  { padded: false },
)
describeModel('Graph-MFN', graphCase())
describeModel('Graph-MFN as published', graphCase(published))
describeModel('Graph-MFN of two', graphCase({ modalities: ['text', 'vision'], gates: 'fused' }))

const modalities = ['text', 'audio', 'vision'] as const
const zeros = (size: number): Row => Array<number>(size).fill(0)

function network(weights: PlainWeights, name: string, x: Row): Row {
  return weights.linear(`${name}.fc2`, relu(weights.linear(`${name}.fc1`, x)))
}

/** What the LSTMs hold at each step, and a memory that `tell` writes step by step. */
function remember(
  weights: PlainWeights,
  sample: PlainSample,
  tell: (before: View[], after: View[]) => Row,
  seesMemory: boolean,
): Row {
  const views = modalities.map((name) => weights.lstmStates(`lstms.${name}`, sample(name)))
  const blank = views.map(([state]) => ({
    hidden: zeros(state?.hidden.length ?? 0),
    cell: zeros(state?.cell.length ?? 0),
  }))
  let memory = zeros(hiddens.memory)
  let past = blank
  for (let step = 0; step < (views[0]?.length ?? 0); step++) {
    const now = views.map((states) => states[step] as View)
    const told = tell(past, now)
    const proposal = network(weights, 'proposal', told).map(Math.tanh)
    const seen = seesMemory ? [...told, ...memory] : told
    const gate = (name: string) => network(weights, `memory.${name}`, seen).map(logistic)
    const [keep, write] = [gate('retain'), gate('update')]
    memory = memory.map(
      (old, unit) => (keep[unit] ?? NaN) * old + (write[unit] ?? NaN) * (proposal[unit] ?? NaN),
    )
    past = now
  }
  return network(weights, 'head', [...past.flatMap(({ hidden }) => hidden), ...memory])
}

interface View {
  readonly hidden: Row
  readonly cell: Row
}

const graph = subsetGraph(modalities)

/** The top vertex of the graph of one step. */
function topOf(
  weights: PlainWeights,
  before: View[],
  after: View[],
  reads: keyof View,
  squash: boolean,
) {
  const vertices = new Map(
    modalities.map((name, place) => {
      const both = [...(before[place]?.[reads] ?? []), ...(after[place]?.[reads] ?? [])]
      return [name as string, relu(weights.linear(`transforms.${name}`, both))]
    }),
  )
  const through = (name: string, x: Row, count: number) =>
    Array.from({ length: count }, (_, layer) => `${name}.${layer}`).reduce(
      (vector, layer) => weights.linear(layer, vector),
      x,
    )
  const plain = through('graph.efficacies', [...vertices.values()].flat(), 3)
  const efficacies = squash ? plain.map(logistic) : plain
  const joined = (vertex: string) =>
    graph.edges.flatMap(({ from, to }, edge) =>
      to === vertex ? (vertices.get(from) ?? []).map((v) => v * (efficacies[edge] ?? NaN)) : [],
    )
  for (const vertex of graph.vertices.keys()) {
    if (vertices.has(vertex)) continue
    vertices.set(vertex, through(`graph.vertices.${vertex}`, joined(vertex), 2))
  }
  return through('graph.top', joined('top'), 2)
}

describe('predictions are those of plain loops over single samples:', () => {
  test.each(['attended', 'memory'])('MFN, gates see: %s', (seen) =>
    expectPlain(memoryCase({ gates: seen }), (weights, sample) =>
      remember(
        weights,
        sample,
        (before, after) => {
          const cells = [...before, ...after].flatMap(({ cell }) => cell)
          const shares = softmax(network(weights, 'attention', cells))
          return cells.map((cell, place) => cell * (shares[place] ?? NaN))
        },
        seen === 'memory',
      ),
    ),
  )

  test.each([
    ['as the paper means it', {}, 'cell', true],
    ['as published', published, 'hidden', false],
  ] as const)('Graph-MFN, %s', (_, settings, reads, squash) =>
    expectPlain(graphCase(settings), (weights, sample) =>
      remember(
        weights,
        sample,
        (before, after) => topOf(weights, before, after, reads, squash),
        true,
      ),
    ),
  )
})

describe('the graph of subsets', () => {
  test('has the edges of the published graph in their order', () => {
    const short = (vertex: string) =>
      vertex === 'top'
        ? 'tau'
        : vertex
            .split('_')
            .map((name) => (name === 'text' ? 'l' : name[0]))
            .join('')
    const edges = graph.edges.map(({ from, to }) => `${short(from)}->${short(to)}`)
    expect(edges.slice(0, 12).join(' ')).toBe(
      'l->la a->la l->lv v->lv a->av v->av l->lav a->lav v->lav la->lav lv->lav av->lav',
    )
    expect(edges.slice(12).map((edge) => edge.replace('->tau', ''))).toEqual([
      'l',
      'a',
      'v',
      'la',
      'lv',
      'av',
      'lav',
    ])
  })

  test('of one modality has one edge', () => {
    expect(subsetGraph(['audio']).edges).toEqual([{ from: 'audio', to: 'top' }])
  })
})

describe('maps', () => {
  test('MFN: the shares of the cells are sums of the attention', async () => {
    const { outputs, feeds } = smallModelOf(memoryCase())
    const name = 'shares.text_before+audio_before+vision_before+text+audio+vision'
    const results = await runSmall(outputs.maps, feeds)
    const rows = (map: string) => {
      const { data = [], shape = [] } = results.get(map) ?? {}
      const size = shape.at(-1) ?? 1
      return Array.from({ length: data.length / size }, (_, row) =>
        Array.from(data.slice(row * size, (row + 1) * size), Number),
      )
    }
    expect(results.get(name)?.shape).toEqual([3, 4, 6])
    for (const [place, weights] of rows('weights').entries()) {
      const shares = rows(name)[place] ?? []
      expect(shares[0]).toBeCloseTo(
        weights.slice(0, 3).reduce((a, b) => a + b),
        6,
      )
      expect(shares[5]).toBeCloseTo(
        weights.slice(12).reduce((a, b) => a + b),
        6,
      )
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
    }
  })

  test('Graph-MFN: efficacies are between 0 and 1 unless they are linear', async () => {
    const extremes = async (settings: object) => {
      const { outputs, feeds } = smallModelOf({ ...graphCase(settings), scale: 2 })
      const results = await runSmall(outputs.maps, feeds)
      const { data = [], shape } = results.get('graph.text_audio_vision') ?? {}
      expect(shape).toEqual([3, 4, 19])
      const numbers = Array.from(data, Number)
      return [Math.min(...numbers), Math.max(...numbers)] as const
    }
    const [least, most] = await extremes({})
    expect(least).toBeGreaterThanOrEqual(0)
    expect(most).toBeLessThanOrEqual(1)
    const [lowest, highest] = await extremes({ efficacies: 'linear' })
    expect(lowest).toBeLessThan(0)
    expect(highest).toBeGreaterThan(1)
  })
})

describe('learning', () => {
  test.each([
    ['MFN', mfn, { attentionWidth: 8, gates: 'memory' }, sentiment({ loss: 'l1' })],
    ['Graph-MFN', graphMfn, { node: 8, core: 8 }, singleLabel({ classNames: ['a', 'b', 'c'] })],
  ] as const)('%s learns a batch by heart, dropout on', async (_, model, own, task) => {
    const wide = { textHidden: 8, audioHidden: 8, visionHidden: 8, memory: 8, headWidth: 8 }
    const inner = { proposalWidth: 8, retainWidth: 8, updateWidth: 8 }
    const light = { ...undropped, updateDropout: 0.05, headDropout: 0.05 }
    const configured = model.configure({ ...wide, ...inner, ...light, ...own })
    const { still, learnt } = await learnByHeart(configured, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })

  test('fixed vertex networks of Graph-MFN are no trainable parameters, and nothing else', () => {
    const fixed = smallModelOf(graphCase(published)).parameters.filter(
      ({ trainable }) => !trainable,
    )
    expect(fixed.map(({ name }) => name.split('.').slice(0, 2).join('.'))).toEqual(
      Array<string>(16).fill('graph.vertices'),
    )
    const learning = smallModelOf(graphCase()).parameters
    expect(learning.every(({ trainable }) => trainable)).toBe(true)
  })
})

const golden = (
  [
    ['mfn', mfn],
    ['graph-mfn', graphMfn],
    ['graph-mfn-learning', graphMfn],
  ] as const
).map(
  ([name, model]) => [name, model, sharedPath('golden', 'quoted', `${name}.safetensors`)] as const,
)

describe.each(golden)('the authors’ code, %s (needs ../shared)', (_, model, path) => {
  test.skipIf(!path)('parameters have its names, one to one', () => {
    const theirs = [...readSafetensors(path ?? '').tensors.keys()]
      .filter((name) => name.startsWith('param.'))
      .sort()
    const scope = new Scope(new Graph())
    model.configure({}).build(scope, widths, 1)
    const ours = [...scope.graph.parameters.keys()].map(
      (name) => `param.${model.published(name).name}`,
    )
    expect(ours.sort()).toEqual(theirs)
  })

  test.skipIf(!path)('output, maps, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toContain('further results')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
