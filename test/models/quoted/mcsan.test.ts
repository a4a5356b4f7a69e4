import { describe, expect, test } from 'vitest'
import { mcsan } from '../../../src/models/index.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { type PlainWeights, plus, type Row, relu } from '../../reference/models/plain.js'
import { learnByHeart } from '../../support/models/batches.js'
import { describeModel, smallModelOf } from '../../support/models/describe-model.js'
import { expectPlain } from '../../support/models/plain-model.js'

const widths = { text: 3, audio: 2 }
const lengths = { text: [3, 2], audio: [10, 4] }
const small = { width: 4, heads: 2, feedForward: 5, classifierWidth: 3 }
const caseOf = (settings: object = {}, outputs = 3) => ({
  ...{ model: mcsan, widths, lengths, outputs },
  settings: { ...small, ...settings },
})

describeModel('MCSAN', caseOf())
describeModel('MCSAN of audio and vision, two layers, narrow pools', {
  ...caseOf(
    {
      ...{ modalities: ['vision', 'audio'], layers: 2, pool: 2 },
      ...{ width: 2, heads: 1, feedForward: 3 },
    },
    1,
  ),
  widths: { audio: 2, vision: 2 },
  lengths: { audio: [2, 4], vision: [3, 1] },
})

/** A convolution of kernel 3 with a zero before and after, and maxima over three steps each. */
function convolveAndPool(weights: PlainWeights, name: string, steps: readonly Row[]): Row[] {
  const { shape, data } = weights.get(`${name}.weight`)
  const [units = 0, inputs = 0, taps = 0] = shape
  const convolved = steps.map((_, step) =>
    Array.from({ length: units }, (_, unit) => {
      let total = weights.row(`${name}.bias`)[unit] ?? NaN
      for (let tap = 0; tap < taps; tap++) {
        for (const [input, value] of (steps[step + tap - 1] ?? []).entries()) {
          total += value * (data[(unit * inputs + input) * taps + tap] ?? NaN)
        }
      }
      return total
    }),
  )
  const count = Math.ceil(convolved.length / 3)
  return Array.from({ length: count }, (_, place) =>
    maxima(convolved.slice(3 * place, 3 * place + 3)),
  )
}

const maxima = (rows: readonly Row[]): Row =>
  (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i] ?? NaN)))

function averaged(weights: PlainWeights, name: string, steps: readonly Row[]): Row[] {
  const backward = weights.lstm(name, steps, 'backward')
  return weights
    .lstm(name, steps)
    .map((state, step) => plus(state, backward[step] ?? []).map((value) => value / 2))
}

const withPositions = (steps: readonly Row[]): Row[] =>
  steps.map((row, position) =>
    row.map((value, i) => {
      const angle = position / 10_000 ** ((2 * Math.floor(i / 2)) / row.length)
      return value + (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle))
    }),
  )

function layer(weights: PlainWeights, name: string, own: readonly Row[], other: readonly Row[]) {
  const attended = weights.attention(`${name}.self_attn`, own, other, 2)
  return own.map((row, step) => {
    const middle = weights.layerNorm(`${name}.norm1`, plus(row, attended[step] ?? []))
    const inner = relu(weights.linear(`${name}.linear1`, middle))
    return weights.layerNorm(
      `${name}.norm2`,
      plus(middle, weights.linear(`${name}.linear2`, inner)),
    )
  })
}

describe('MCSAN', () => {
  test('is its formula, sample by sample', () =>
    expectPlain(caseOf(), (weights, sample) => {
      const at = 'encoders.audio'
      const once = convolveAndPool(weights, `${at}.conv1`, sample('audio'))
      const twice = convolveAndPool(weights, `${at}.conv2`, once)
      const audio = withPositions(averaged(weights, `${at}.lstm`, twice))
      const text = withPositions(averaged(weights, 'encoders.text.lstm', sample('text')))
      const pooled = [
        layer(weights, 'cross.audio.0', audio, text),
        layer(weights, 'cross.text.0', text, audio),
        layer(weights, 'self.audio.0', audio, audio),
        layer(weights, 'self.text.0', text, text),
      ].flatMap(maxima)
      return weights.linear('classifier.output', relu(weights.linear('classifier.hidden', pooled)))
    }))

  test('has the sizes of the paper', () => {
    const { parameters } = smallModelOf({
      model: mcsan,
      settings: {},
      widths: { text: 300, audio: 40 },
    })
    const shape = (name: string) => parameters.find((one) => one.name === name)?.shape
    expect(shape('encoders.audio.conv1.weight')).toEqual([128, 40, 3])
    expect(shape('encoders.text.lstm.layer0.backward.input_weight')).toEqual([512, 300])
    expect(shape('cross.text.0.self_attn.in_proj_weight')).toEqual([384, 128])
    expect(shape('classifier.hidden.weight')).toEqual([128, 512])
  })

  test('says what is missing', () => {
    expect(() => smallModelOf({ ...caseOf(), widths: { text: 3, vision: 2 } })).toThrow(
      /no audio|audio/,
    )
    expect(() => mcsan.configure({ modalities: ['audio', 'audio'] })).toThrow(/different/)
    expect(() => smallModelOf(caseOf({ heads: 3 }))).toThrow(/multiple of 3/)
  })

  test('learns a batch by heart, dropout on', async () => {
    const task = singleLabel({ classNames: ['joy', 'grief', 'calm'] })
    const configured = mcsan.configure({ ...small, width: 8, dropout: 0.02 })
    const { still, learnt } = await learnByHeart(configured, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})
