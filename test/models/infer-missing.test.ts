/** Missing inputs inferred from the others, in front of any model. */
import { describe, expect, test } from 'vitest'
import { hda } from '../../src/models/hda/index.js'
import { lfLstm, mctn } from '../../src/models/index.js'
import type { NdArray } from '../reference/array.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { text: 3, audio: 2 }
const settings = { modalities: ['text', 'audio'], hidden: 2, inferMissing: true }
const given = { model: lfLstm, settings, widths, lengths: { text: [3, 2], audio: [1, 1] } }

describeModel('LF-LSTM that infers what is missing', given)

type Feeds = ReturnType<typeof smallModelOf>['feeds']

const named = (feeds: Feeds, name: string) => {
  const found = [...feeds].find(([{ origin }]) => 'name' in origin && origin.name === name)
  if (!found) throw new Error(`nothing named ${name}`)
  return found
}
const replaced = (feeds: Feeds, name: string, change: (data: number[]) => number[]): Feeds => {
  const [tensor, value] = named(feeds, name)
  return new Map([...feeds, [tensor, { ...value, data: change([...value.data]) }]])
}

const lengths: Readonly<Record<string, readonly number[]>> = given.lengths

/** The mean over time of an input of a sample, and whether it is there, by plain loops. */
function seen(feeds: Feeds, name: 'text' | 'audio', sample: number) {
  const { data, shape } = named(feeds, name)[1]
  const [width, steps] = [widths[name], shape[1] ?? 0]
  const length = lengths[name]?.[sample] ?? 0
  const mean = Array.from({ length: width }, (_, feature) => {
    let total = 0
    for (let step = 0; step < length; step++) {
      total += data[(sample * steps + step) * width + feature] ?? 0
    }
    return total / length
  })
  return { mean, present: mean.some((value) => value !== 0) ? 1 : 0 }
}

/** What the network of an input gives, by plain loops. */
function inferred(feeds: Feeds, name: 'text' | 'audio', sample: number): number[] {
  const other = seen(feeds, name === 'text' ? 'audio' : 'text', sample)
  const layer = (input: readonly number[], place: string) => {
    const weight: NdArray = named(feeds, `missing.${name}.${place}.weight`)[1]
    const bias: NdArray = named(feeds, `missing.${name}.${place}.bias`)[1]
    return bias.data.map((offset, row) =>
      input.reduce(
        (sum, value, column) => sum + value * (weight.data[row * input.length + column] ?? 0),
        offset,
      ),
    )
  }
  const hidden = layer([...other.mean, other.present], 'hidden')
  return layer(
    hidden.map((value) => Math.max(0, value)),
    'output',
  )
}

const predict = async (model: ReturnType<typeof smallModelOf>, feeds: Feeds) => {
  const { prediction, objectives = {} } = model.outputs
  const results = await runSmall({ prediction, ...objectives }, feeds)
  return {
    rows: Array.from(results.get('prediction')?.data ?? [], Number),
    objective: Number(results.get('missing')?.data[0]),
  }
}

describe('a missing input', () => {
  const model = smallModelOf(given)
  const plain = smallModelOf({ ...given, settings: { ...settings, inferMissing: false } })

  test('that is there is left as it is', async () => {
    const shared = [...plain.feeds].map(([tensor, value]) => {
      const { origin } = tensor
      const name = 'name' in origin ? origin.name : ''
      return [tensor, name.startsWith('weights') ? value : named(model.feeds, name)[1]] as const
    })
    const one = await predict(model, model.feeds)
    const other = await predict(plain, new Map(shared))
    expect(one.rows).toEqual(other.rows)
  })

  test('is what the network makes of the others', async () => {
    const gone = replaced(model.feeds, 'audio', ([one = 0, two = 0]) => [one, two, 0, 0])
    const vector = inferred(model.feeds, 'audio', 1)
    const filled = replaced(model.feeds, 'audio', ([one = 0, two = 0]) => [one, two, ...vector])
    const [actual, expected] = [await predict(model, gone), await predict(model, filled)]
    for (const [place, value] of expected.rows.entries()) {
      expect(actual.rows[place]).toBeCloseTo(value, 5)
    }
  })

  test('has no part in the error, which is the mean over the samples that have it', async () => {
    const gone = replaced(model.feeds, 'audio', ([one = 0, two = 0]) => [one, two, 0, 0])
    const errorOf = (name: 'text' | 'audio', samples: readonly number[]) => {
      const errors = samples.map((sample) => {
        const { mean } = seen(gone, name, sample)
        const squares = inferred(gone, name, sample).map(
          (value, feature) => (value - (mean[feature] ?? 0)) ** 2,
        )
        return squares.reduce((sum, square) => sum + square) / squares.length
      })
      return errors.reduce((sum, error) => sum + error) / errors.length
    }
    const { objective } = await predict(model, gone)
    expect(objective).toBeCloseTo(errorOf('text', [0, 1]) + errorOf('audio', [0]), 5)
  })
})

describe('the setting', () => {
  test('needs two inputs of vectors', () => {
    const alone = { ...settings, modalities: ['text'] }
    expect(() => smallModelOf({ ...given, settings: alone })).toThrow(
      /missing inputs are inferred from other inputs.*at least two inputs of vectors.*got text/,
    )
  })

  test('counts only the inputs that predictions read', () => {
    const translating = {
      ...{ model: mctn, settings: { order: ['text', 'audio'], inferMissing: true } },
      ...{ widths, lengths: { text: [3, 2], audio: [3, 2] } },
    }
    expect(() => smallModelOf(translating)).toThrow(
      /at least two inputs of vectors that predictions read.*got text/,
    )
  })

  test('is refused by a model that is trained in stages', () => {
    expect(() => hda.configure({ training: 'staged', inferMissing: true })).toThrow(
      /only by models that are trained at once.*stages/,
    )
  })

  test('stands among what is kept only where it is set', () => {
    expect(lfLstm.configure({}).settings).not.toHaveProperty('inferMissing')
    expect(lfLstm.configure({ inferMissing: true }).settings).toMatchObject({ inferMissing: true })
  })
})
