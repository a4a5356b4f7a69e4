import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph } from '../../../src/graph/index.js'
import { marn } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { logistic } from '../../reference/elementwise.js'
import { type PlainWeights, plus, type Row, relu, softmax } from '../../reference/models/plain.js'
import { sharedPath } from '../../support/folders.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain, type PlainSample } from '../../support/models/plain-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const same = [4, 2, 1]
const lengths = { text: same, audio: same, vision: same }
const hidden = { text: 3, audio: 1, vision: 2 } as const
const small = {
  ...{ textHidden: 3, audioHidden: 1, visionHidden: 2, attentions: 2, code: 3 },
  ...{ textReduced: 2, audioReduced: 1, visionReduced: 3, networkWidth: 4, headWidth: 3 },
  headDropout: 0,
}
const caseOf = (settings: object = {}, outputs = 2) => ({
  ...{ model: marn, widths, lengths, outputs },
  settings: { ...small, ...settings },
})

describeModel('MARN', caseOf())
describeModel('MARN with one softmax', caseOf({ softmax: 'joint', depth: 1 }))
describeModel('MARN of two, deep', caseOf({ modalities: ['vision', 'text'], depth: 3 }))
describeModel(
  'MARN over padding',
  { ...caseOf({ padding: 'seen', activation: 'tanh' }), padding: 2 },
  { padded: false },
)

const modalities = ['text', 'audio', 'vision'] as const
const zeros = (size: number): Row => Array<number>(size).fill(0)

function plainPrediction(
  weights: PlainWeights,
  sample: PlainSample,
  { depth, joint }: { readonly depth: number; readonly joint: boolean },
): Row {
  const network = (name: string, x: Row) => {
    let result = x
    for (let layer = 0; layer < depth; layer++) {
      result = weights.linear(`${name}.${layer}`, layer > 0 ? relu(result) : result)
    }
    return result
  }
  const states = new Map(
    modalities.map((name) => [name, { output: zeros(hidden[name]), cell: zeros(hidden[name]) }]),
  )
  let code = zeros(small.code)
  for (let step = 0; step < sample('text').length; step++) {
    for (const name of modalities) {
      const { output, cell } = states.get(name) ?? { output: [], cell: [] }
      const part = (kind: string, x: Row) => weights.linear(`cells.${name}.${kind}`, x)
      const sums = plus(
        plus(part('input', sample(name)[step] ?? []), part('recurrent', output)),
        part('code', code),
      )
      const block = (place: number, unit: number) => sums[place * cell.length + unit] ?? NaN
      const next = cell.map(
        (old, unit) =>
          logistic(block(0, unit)) * old + logistic(block(1, unit)) * Math.tanh(block(3, unit)),
      )
      const after = next.map((value, unit) => logistic(block(2, unit)) * Math.tanh(value))
      states.set(name, { output: after, cell: next })
    }
    const outputs = modalities.map((name) => states.get(name)?.output ?? [])
    const scores = network('attention', outputs.flat())
    // K copies of the first modality, then K of the second, and so on.
    const owners = outputs.flatMap((own) =>
      Array.from({ length: small.attentions }, (_, attention) => own.map(() => attention)).flat(),
    )
    const shares = zeros(scores.length).slice()
    const groups = joint ? [owners] : Array.from({ length: small.attentions }, (_, k) => [k])
    for (const group of groups) {
      const places = owners.flatMap((owner, place) => (group.includes(owner) ? [place] : []))
      const own = softmax(places.map((place) => scores[place] ?? NaN))
      for (const [at, place] of places.entries()) shares[place] = own[at] ?? NaN
    }
    let from = 0
    const local = outputs.flatMap((own, place) => {
      const copies = Array.from({ length: small.attentions }, () => own).flat()
      const attended = copies.map((value, at) => value * (shares[from + at] ?? NaN))
      from += copies.length
      return network(`reduce.${modalities[place]}`, attended)
    })
    code = network('code', local)
  }
  const last = [...modalities.flatMap((name) => states.get(name)?.output ?? []), ...code]
  return weights.linear('head.fc2', relu(weights.linear('head.fc1', last)))
}

describe('MARN', () => {
  test.each([
    ['separate', 2],
    ['joint', 1],
    ['separate', 1],
  ] as const)('predicts what plain loops do: %s softmax, depth %i', (softmax, depth) =>
    expectPlain(caseOf({ softmax, depth }), (weights, sample) =>
      plainPrediction(weights, sample, { depth, joint: softmax === 'joint' }),
    ),
  )

  test.each(['separate', 'joint'])('shares of modalities: %s softmax', async (softmax) => {
    const { outputs, feeds } = smallModelOf(caseOf({ softmax }))
    const results = await runSmall(outputs.maps, feeds)
    const { shape, data } = results.get('shares.text+audio+vision') ?? { shape: [], data: [] }
    expect(shape).toEqual([3, 2, 4, 3])
    const sums = Array.from({ length: data.length / 3 }, (_, row) =>
      Array.from(data.slice(3 * row, 3 * row + 3), Number).reduce((a, b) => a + b),
    )
    // [sample, attention, step]: in the joint one both attentions together add up to 1.
    for (const [row, sum] of sums.entries()) {
      const other = sums[row % 8 < 4 ? row + 4 : row - 4] ?? NaN
      expect(softmax === 'joint' ? sum + other : sum).toBeCloseTo(1, 5)
    }
    expect(results.get('weights')?.shape).toEqual([3, 4, 12])
    expect(results.get('codes')?.shape).toEqual([3, 4, 3])
  })

  test.each([
    ['sentiment', {}, sentiment({ loss: 'l1' })],
    ['classes', { softmax: 'joint' }, singleLabel({ classNames: ['joy', 'grief', 'calm'] })],
  ] as readonly (readonly [string, object, Task])[])(
    'learns a batch by heart, dropout on: %s',
    async (_, settings, task) => {
      const wide = { ...small, textHidden: 8, code: 8, networkWidth: 8, headWidth: 8 }
      const model = marn.configure({ ...wide, headDropout: 0.05, ...settings })
      const { still, learnt } = await learnByHeart(model, widths, task)
      expect(learnt).toBeLessThan(0.5 * still[0])
      expect(still[0]).not.toBe(still[1])
    },
  )
})

const golden = ['marn', 'marn-separate-softmax'].map(
  (name) => [name, sharedPath('golden', 'quoted', `${name}.safetensors`)] as const,
)

describe.each(golden)('the authors’ modules, %s (needs ../shared)', (_, path) => {
  test.skipIf(!path)('parameters have their names, one to one', () => {
    const theirs = [...readSafetensors(path ?? '').tensors.keys()].filter((name) =>
      name.startsWith('param.'),
    )
    const scope = new Scope(new Graph())
    marn.configure({ depth: 1 }).build(scope, widths, 1)
    const ours = [...scope.graph.parameters.keys()].map(
      (name) => `param.${marn.published(name).name}`,
    )
    expect(ours.sort()).toEqual(theirs.sort())
  })

  test.skipIf(!path)('output, maps, loss, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toContain('further results')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
