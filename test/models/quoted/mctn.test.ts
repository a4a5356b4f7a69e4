import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import { Graph } from '../../../src/graph/index.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingStep } from '../../../src/learn/step/step.js'
import { mctn } from '../../../src/models/index.js'
import { Scope } from '../../../src/nn/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { passes, verifyReference } from '../../../src/verify/verify.js'
import { logistic } from '../../reference/elementwise.js'
import {
  PlainWeights,
  plus,
  type Row,
  softmax,
  stepsOf,
  sum,
} from '../../reference/models/plain.js'
import { sharedPath } from '../../support/folders.js'
import { randomBatch } from '../../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../../support/models/describe-model.js'

const widths = { text: 3, audio: 2, vision: 4 }
const same = [4, 2, 1]
const lengths = { text: same, audio: same, vision: same }
const sizes = { hidden: 3, secondHidden: 2, regressionHidden: 3 }
const caseOf = (settings: object = {}, outputs = 2) => ({
  ...{ model: mctn, widths, lengths, outputs, training: true },
  settings: { ...sizes, ...settings },
})
const bimodal = { order: ['vision', 'audio'] }

describeModel('MCTN', caseOf())
describeModel('MCTN with the published cells', caseOf({ cells: 'published' }))
describeModel('MCTN of two', caseOf(bimodal))
describeModel(
  'MCTN over padding',
  { ...caseOf({ padding: 'seen', order: ['text', 'audio', 'vision'] }), padding: 2 },
  { padded: false },
)
describeModel('MCTN at prediction', { ...caseOf(), training: false })

const width = 4
const hard = (x: number) => Math.min(Math.max(0.2 * x + 0.5, 0), 1)
const zeros = (size: number): Row => Array<number>(size).fill(0)

/** The formulas for one sample, attention at every step of the decoder included. */
class PlainTranslator {
  readonly #gate: (x: number) => number
  constructor(
    readonly weights: PlainWeights,
    readonly published: boolean,
  ) {
    this.#gate = published ? hard : logistic
  }

  /** `x W + b` by a kernel [inputs, outputs]. */
  #affine(name: string, x: Row, bias = true): Row {
    const { shape, data } = this.weights.get(`${name}kernel`)
    const [, outputs = 0] = shape
    const offset = bias ? this.weights.row(`${name}bias`) : zeros(outputs)
    return offset.map(
      (start, unit) => start + sum(x.map((value, i) => value * (data[i * outputs + unit] ?? NaN))),
    )
  }

  encode(name: string, steps: readonly Row[]): Row[] {
    const directions = ['forward', 'backward'].map((direction) => {
      const at = `${name}.${direction}`
      let hidden: Row | undefined
      let cell: Row | undefined
      const rows = (direction === 'forward' ? steps : steps.toReversed()).map((x) => {
        const own = this.#affine(`${at}.input.`, x)
        const size = own.length / 4
        const sums = plus(own, this.#affine(`${at}.recurrent.`, hidden ?? zeros(size), false))
        const block = (place: number, unit: number) => sums[place * size + unit] ?? NaN
        const next = (cell ?? zeros(size)).map(
          (old, unit) =>
            this.#gate(block(0, unit)) * old +
            this.#gate(block(1, unit)) * Math.tanh(block(3, unit)),
        )
        const squashed = next.map(Math.tanh)
        cell = this.published ? squashed : next
        hidden = squashed.map((value, unit) => this.#gate(block(2, unit)) * value)
        return hidden
      })
      return direction === 'forward' ? rows : rows.toReversed()
    })
    const [forward = [], backward = []] = directions
    return forward.map((row, step) => plus(row, backward[step] ?? []))
  }

  decode(name: string, encoding: readonly Row[]): Row[] {
    const size = encoding[0]?.length ?? 0
    let hidden = zeros(size)
    let cell = zeros(size)
    return encoding.map(() => {
      const scores = encoding.map((row) =>
        sum(this.#affine(`${name}.attention.`, [...row, ...cell])),
      )
      const shares = softmax(scores)
      const context = zeros(size).map((_, unit) =>
        sum(encoding.map((row, step) => (shares[step] ?? NaN) * (row[unit] ?? NaN))),
      )
      const sums = plus(
        this.#affine(`${name}.input.`, context),
        this.#affine(`${name}.recurrent.`, hidden),
      )
      const block = (place: number, unit: number) => sums[place * size + unit] ?? NaN
      cell = cell.map((old, unit) => {
        const [input, forget] = [this.#gate(block(0, unit)), this.#gate(block(1, unit))]
        return (this.published ? input : forget) * old + input * Math.tanh(block(2, unit))
      })
      hidden = cell.map((value, unit) => this.#gate(block(3, unit)) * Math.tanh(value))
      return this.#affine(`${name}.output.`, hidden).map(Math.tanh)
    })
  }

  regress(encoding: readonly Row[]): Row {
    let hidden = zeros(sizes.regressionHidden)
    let cell = hidden
    const states = encoding.map((x) => {
      const own = plus(this.#affine('regression.lstm.', x), this.#recur(hidden))
      const block = (place: number, unit: number) => own[place * cell.length + unit] ?? NaN
      cell = cell.map(
        (old, unit) =>
          this.#gate(block(1, unit)) * old + this.#gate(block(0, unit)) * Math.tanh(block(2, unit)),
      )
      hidden = cell.map((value, unit) => this.#gate(block(3, unit)) * Math.tanh(value))
      return hidden
    })
    const shares = softmax(
      states.map((state) => Math.tanh(sum(this.#affine('regression.attention.', state)))),
    )
    const read = hidden.map((_, unit) =>
      sum(states.map((state, step) => (shares[step] ?? NaN) * (state[unit] ?? NaN))),
    )
    return this.#affine('regression.output.', read)
  }

  #recur(hidden: Row): Row {
    const { shape, data } = this.weights.get('regression.lstm.recurrent_kernel')
    const [, outputs = 0] = shape
    return zeros(outputs).map((_, unit) =>
      sum(hidden.map((value, i) => value * (data[i * outputs + unit] ?? NaN))),
    )
  }
}

describe('MCTN', () => {
  test.each([
    ['lstm', ['text', 'vision', 'audio']],
    ['published', ['text', 'vision', 'audio']],
    ['published', ['vision', 'audio']],
  ])('predicts and translates as plain loops do: %s, %j', async (cells, order) => {
    const given = { ...caseOf({ cells, order }), padding: 2, beyond: 9 }
    const { outputs, feeds, parameters, graph } = smallModelOf(given)
    const { prediction, objectives = {} } = outputs
    const results = await runSmall({ prediction, ...objectives }, feeds)
    const weights = new PlainWeights(parameters, feeds)
    const plain = new PlainTranslator(weights, cells === 'published')
    const errors: Record<string, number> = { translation1: 0, cycle: 0, translation2: 0 }
    for (const [sample, length] of same.entries()) {
      const sequence = (name = '') => {
        const tensor = graph.named(name)
        const fed = tensor && feeds.get(tensor)
        if (!fed) throw new Error(`no ${name}`)
        const rows = stepsOf(fed, sample, length)
        return rows.map((row) => [...row, ...zeros(width - row.length)])
      }
      const squares = (some: readonly Row[], others: readonly Row[]) =>
        sum(some.flatMap((row, step) => row.map((v, i) => (v - (others[step]?.[i] ?? NaN)) ** 2)))
      const first = sequence(order[0])
      const joint = plain.encode('encoder1', first)
      const forth = plain.decode('decoder1', joint)
      const back = plain.decode('decoder1', plain.encode('encoder1', forth))
      const above = order.length > 2 ? plain.encode('encoder2', joint) : undefined
      errors.translation1 = (errors.translation1 ?? NaN) + squares(forth, sequence(order[1]))
      errors.cycle = (errors.cycle ?? NaN) + squares(back, first)
      if (above) {
        const onward = plain.decode('decoder2', above)
        errors.translation2 = (errors.translation2 ?? NaN) + squares(onward, sequence(order[2]))
      }
      for (const [unit, value] of plain.regress(above ?? joint).entries()) {
        expect(results.get('prediction')?.data[2 * sample + unit]).toBeCloseTo(value, 5)
      }
    }
    const count = width * sum(same)
    const kernel = weights.row('regression.output.kernel')
    expect(Object.keys(objectives)).toHaveLength(order.length + 1)
    for (const name of Object.keys(objectives)) {
      const value =
        name === 'l2' ? 0.01 * sum(kernel.map((v) => v * v)) : (0.1 * (errors[name] ?? NaN)) / count
      expect(results.get(name)?.data[0], name).toBeCloseTo(value, 5)
    }
  })

  test('objectives do not depend on padding', async () => {
    const of = async (padding: number, beyond: number) => {
      const { outputs, feeds } = smallModelOf({ ...caseOf(), padding, beyond })
      const results = await runSmall({ ...outputs.objectives }, feeds)
      return ['translation1', 'cycle', 'translation2'].map((name) => results.get(name)?.data[0])
    }
    const [before, after] = [await of(0, 0), await of(3, 7)]
    for (const [place, value] of before.entries())
      expect(after[place]).toBeCloseTo(Number(value), 5)
  })

  test('reads the first modality alone at prediction', () => {
    const model = mctn.configure({ ...sizes, order: ['audio', 'text'] })
    const { inputs, outputs } = predictionGraph(model, widths, sentiment({ loss: 'l1' }), 'all')
    const features = [...inputs.keys()].filter((name) => name in widths || name === 'lengths')
    expect(features).toEqual(['audio', 'lengths'])
    expect([...outputs.keys()]).toContain('attention.text_to_audio')
  })

  test('learns the prediction and the translations of a batch by heart', async () => {
    const model = mctn.configure({
      hidden: 12,
      secondHidden: 12,
      regressionHidden: 12,
      l2Weight: 0,
    })
    const task = sentiment({ loss: 'l1' })
    const text = [3, 1, 2]
    const feeds = randomBatch({
      ...{ widths, task, lengths: { text, audio: text, vision: text } },
      inputs: Object.entries(widths).map(([name, own]) => ({
        ...{ name, dataType: 'float32', time: 'time', width: own, shape: [own], optional: false },
      })),
    })
    const optimiser = { weightDecay: 0 }
    const training = await TrainingStep.open(
      { engine: nodeEngine, model, widths, task, optimiser, seed: 1 },
      {
        inspect: ({ outputs }) => ({
          translation: outputs.objectives?.translation1 ?? outputs.prediction,
        }),
      },
    )
    const losses: number[] = []
    const errors: number[] = []
    for (let step = 0; step < 150; step++) {
      const { loss, results } = await training.step(feeds, 0.01)
      losses.push(loss)
      errors.push(Number(results.get('translation')?.data[0]))
    }
    await training.close()
    expect(losses.at(-1)).toBeLessThan(0.4 * (losses[0] ?? 0))
    expect(errors.at(-1)).toBeLessThan(0.8 * (errors[0] ?? 0))
  })

  test('wants two or three modalities, each once', () => {
    expect(() => mctn.configure({ order: ['text'] })).toThrow(/order/)
    expect(() => mctn.configure({ order: ['text', 'text'] })).toThrow(/each modality once/)
  })
})

const golden = (
  [
    ['mctn', { order: ['text', 'vision', 'audio'] }],
    ['mctn-bimodal', { order: ['text', 'vision'] }],
  ] as const
).map(
  ([name, settings]) =>
    [name, settings, sharedPath('golden', 'quoted', `${name}.safetensors`)] as const,
)

describe.each(golden)('the authors’ code, %s (needs ../shared)', (_, settings, path) => {
  test.skipIf(!path)('parameters have its names, one to one', () => {
    const theirs = [...readSafetensors(path ?? '').tensors.keys()].filter((name) =>
      name.startsWith('param.'),
    )
    const scope = new Scope(new Graph())
    mctn.configure(settings).build(scope, widths, 1)
    const ours = [...scope.graph.parameters.keys()].map((name) => `param.${name}`)
    expect(ours.sort()).toEqual(theirs.sort())
  })

  test.skipIf(!path)('output, maps, losses, gradients and ten steps of Adam', async () => {
    const comparisons = await verifyReference(path ?? '')
    expect(comparisons.map(({ what }) => what)).toContain('parts of the loss')
    expect(passes(comparisons), JSON.stringify(comparisons)).toBe(true)
  })
})
