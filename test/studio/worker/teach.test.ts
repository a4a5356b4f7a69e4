/** Teaching the last layer: it begins as the fusion, learns what a person shows, and goes on where it was. */
import { expect, test } from 'vitest'
import { randomWord, streamKey } from '../../../src/base/random.js'
import { fuse } from '../../../src/recognise/fuse.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { webEngine } from '../../../src/runtime/web.js'
import { openTaught } from '../../../src/studio/worker/teach/apply.js'
import { learnFrom, type Take } from '../../../src/studio/worker/teach/learn.js'
import { fusionWeights, rowOf } from '../../../src/studio/worker/teach/model.js'
import { memoryKeeper } from '../../support/models/memory-keeper.js'

const emotions = ['happy', 'sad', 'neutral']
const key = streamKey(3, 'teach')
const noise = (at: number) => randomWord(key, at) / 2 ** 32

const normalised = (values: readonly number[]) => {
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}

/** Somebody whose sad face the model takes for a neutral one, and whose voice it hears well. */
const shares = (emotion: number, at: number) => {
  const seen = emotion === 1 ? 2 : emotion
  const around = (peak: number, from: number) =>
    normalised(
      emotions.map((_, place) => (place === peak ? 1 : 0.15) + 0.2 * noise(3 * at + place + from)),
    )
  return {
    voice: around(emotion, 0),
    face: around(seen, 5000).map((share, place) => (place === seen ? share * 4 : share)),
  }
}
const takes: Take[] = Array.from({ length: 9 }, (_, take) => ({
  emotion: take % 3,
  rows: Array.from({ length: 6 }, (_, row) => {
    const { voice, face } = shares(take % 3, 6 * take + row)
    return rowOf({ voice, face: normalised(face) }) ?? { voice: [], face: [] }
  }),
}))

test('untaught, the layer is the fusion of recordings, with both senses and with one', async () => {
  const weights = [...fusionWeights(emotions)].map(([name, data]) => [name, [...data]] as const)
  const taught = await openTaught(nodeEngine, emotions, weights)
  const [voice, face] = [normalised([0.2, 0.5, 0.3]), normalised([0.6, 0.1, 0.3])]
  const reading = (probabilities: readonly number[]) => ({
    emotions,
    estimates: [{ start: 0, end: 1, probabilities }],
  })
  const both = await taught.apply({ time: 0, alone: { voice, face }, faces: [] })
  const expected = fuse({ voice: reading(voice), face: reading(face) }, 1, 1).probabilities
  expect(both.probabilities?.length).toBe(3)
  for (const [place, share] of expected.entries()) {
    expect(both.probabilities?.[place]).toBeCloseTo(share, 5)
  }
  const alone = await taught.apply({ time: 0, alone: { face }, faces: [] })
  for (const [place, share] of face.entries()) {
    expect(alone.probabilities?.[place]).toBeCloseTo(share, 5)
  }
  expect(await taught.apply({ time: 0, alone: {}, faces: [] })).toEqual({
    time: 0,
    alone: {},
    faces: [],
  })
})

test('takes that are kept aside are answered better after than before', async () => {
  const epochs: number[] = []
  const { answers, takes: learned } = await learnFrom(
    ...([nodeEngine, emotions, takes, memoryKeeper()] as const),
    (epoch) => epochs.push(epoch),
  )
  expect(learned).toBe(6)
  expect(epochs).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  expect(answers.map(({ emotion }) => emotion)).toEqual([0, 1, 2])
  const sad = answers[1]
  expect(sad?.before.emotion).toBe(2)
  expect(sad?.after.emotion).toBe(1)
  for (const { emotion, after } of answers) expect(after.emotion).toBe(emotion)
})

test('a training that was interrupted ends with the same weights', async () => {
  const whole = await learnFrom(nodeEngine, emotions, takes, memoryKeeper())
  const keeper = memoryKeeper()
  const closed = learnFrom(nodeEngine, emotions, takes, keeper, (epoch) => {
    if (epoch === 7) throw new Error('the tab is closed')
  })
  await expect(closed).rejects.toThrow('the tab is closed')
  const begun: number[] = []
  const again = await learnFrom(nodeEngine, emotions, takes, keeper, (epoch) => begun.push(epoch))
  expect(begun[0]).toBe(8)
  expect(again.weights).toEqual(whole.weights)
})

test("the page's runtime learns what Node's does", async () => {
  const native = await learnFrom(nodeEngine, emotions, takes, memoryKeeper())
  const page = await learnFrom(webEngine(), emotions, takes, memoryKeeper())
  for (const [at, [name, numbers]] of native.weights.entries()) {
    const [same, others = []] = page.weights[at] ?? []
    expect(same).toBe(name)
    for (const [place, number] of numbers.entries()) expect(others[place]).toBeCloseTo(number, 3)
  }
})
