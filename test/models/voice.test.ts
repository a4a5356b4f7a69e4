import { describe, expect, test } from 'vitest'
import { voice } from '../../src/models/index.js'
import { singleLabel } from '../../src/task/single-label.js'
import { learnByHeart } from '../support/models/batches.js'
import { describeModel, runSmall, smallModelOf } from '../support/models/describe-model.js'

const widths = { audio: 3 }
const small = { gate: 1.5, reaches: [1, 3], dropout: 0 }
const lengths = { audio: [7, 4, 1] }

const variants: readonly (readonly [string, object])[] = [
  ['with pauses', {}],
  ['all of it loud', { gate: 100 }],
  ['without differences', { reaches: [] }],
]
for (const [name, settings] of variants) {
  describeModel(`voice, ${name}`, {
    ...{ model: voice, widths, lengths, outputs: 3 },
    settings: { ...small, ...settings },
  })
}

describe('voice', () => {
  /** Predictions of the same numbers, each with something added. */
  const predict = async (settings: object, added: number) => {
    const model = smallModelOf({
      model: voice,
      widths,
      lengths,
      settings: { ...small, ...settings },
    })
    const feeds = new Map(
      [...model.feeds].map(([tensor, value]) => {
        const isSound = 'name' in tensor.origin && tensor.origin.name === 'audio'
        const data = value.data.map((number) => (isSound ? number + added : number))
        return [tensor, { ...value, data }] as const
      }),
    )
    const results = await runSmall({ prediction: model.outputs.prediction }, feeds)
    return Array.from(results.get('prediction')?.data ?? [], Number)
  }

  test('does not hear how loud a sample is', async () => {
    const [soft, loud] = [await predict({}, 0), await predict({}, 5)]
    expect(soft.length).toBeGreaterThan(0)
    for (const [place, value] of soft.entries()) expect(loud[place]).toBeCloseTo(value, 4)
  })

  test('does not hear what is softer than the gate', async () => {
    const model = smallModelOf({ model: voice, widths, lengths: { audio: [7] }, settings: small })
    const predictWith = async (silence: number) => {
      const feeds = new Map(
        [...model.feeds].map(([tensor, value]) => {
          const isSound = 'name' in tensor.origin && tensor.origin.name === 'audio'
          const data = value.data.map((number, place) =>
            isSound ? (place >= 12 ? silence + 0.1 * number : 0.1 * number) : number,
          )
          return [tensor, { ...value, data }] as const
        }),
      )
      const results = await runSmall({ prediction: model.outputs.prediction }, feeds)
      return Array.from(results.get('prediction')?.data ?? [], Number)
    }
    expect(await predictWith(-10)).toEqual(await predictWith(-60))
    expect(await predictWith(-0.5)).not.toEqual(await predictWith(-60))
  })

  test('learns by heart', async () => {
    const task = singleLabel({ classNames: ['one', 'two', 'three'] })
    const model = voice.configure({ ...small, dropout: 0.2 })
    const { still, learnt } = await learnByHeart(model, widths, task)
    expect(learnt).toBeLessThan(0.5 * still[0])
    expect(still[0]).not.toBe(still[1])
  })
})
