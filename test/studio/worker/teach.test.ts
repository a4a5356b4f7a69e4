/** Teaching the last layer: it begins as the fusion, learns what a person shows, and goes on where it was. */
import { expect, test } from 'vitest'
import { randomWord, streamKey } from '../../../src/base/random.js'
import { fuse } from '../../../src/recognise/fuse.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { webEngine } from '../../../src/runtime/web.js'
import { fuseRecording, openTaught } from '../../../src/studio/worker/teach/apply.js'
import { fusionLesson, fusionWeights } from '../../../src/studio/worker/teach/fusion.js'
import { learnFrom } from '../../../src/studio/worker/teach/lesson.js'
import { rowOf, type Take } from '../../../src/studio/worker/teach/take.js'
import { memory } from '../../support/studio/teaching.js'

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
  label: take % 3,
  rows: Array.from({ length: 6 }, (_, row) => {
    const { voice, face } = shares(take % 3, 6 * take + row)
    return rowOf({ voice, face: normalised(face) }) ?? { voice: [], face: [] }
  }),
}))

test('untaught, the layer is the fusion of recordings, with both senses and with one', async () => {
  const taught = await openTaught(nodeEngine, emotions, fusionWeights(emotions))
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

test('untaught, it answers a recording as it was recognised; taught, otherwise', async () => {
  const reading = (from: number) => ({
    emotions,
    estimates: [0, 1, 2].map((start) => ({
      ...{ start, end: start + 1 },
      probabilities: normalised(emotions.map((_, place) => 0.1 + noise(from + 3 * start + place))),
    })),
  })
  const face = { ...reading(50), estimates: reading(50).estimates.slice(1) }
  const recognition = { name: 'clip', remarks: [], ...fuse({ voice: reading(0), face }, 3, 0.5) }
  const plain = await openTaught(nodeEngine, emotions, fusionWeights(emotions))
  const same = await fuseRecording(plain, recognition)
  expect(same.emotion).toBe(recognition.emotion)
  for (const [at, moment] of recognition.timeline.entries()) {
    for (const key of ['probabilities', 'voice', 'face'] as const) {
      const found = same.timeline[at]?.[key]
      expect(found?.length).toBe(moment[key]?.length)
      for (const [place, share] of (moment[key] ?? []).entries()) {
        expect(found?.[place]).toBeCloseTo(share, 5)
      }
    }
  }
  for (const [place, share] of recognition.probabilities.entries()) {
    expect(same.probabilities[place]).toBeCloseTo(share, 5)
    expect(same.alone.face?.[place]).toBeCloseTo(recognition.alone.face?.[place] ?? 1, 5)
  }
  const weights = new Map(fusionWeights(emotions)).set('fusion.bias', Float32Array.of(0, 9, 0))
  const taught = await openTaught(nodeEngine, emotions, weights)
  expect((await fuseRecording(taught, recognition)).emotion).toBe('sad')
})

const lesson = fusionLesson(emotions)
test('takes that are kept aside are answered better after than before', async () => {
  const epochs: number[] = []
  const { answers, takes: learned } = await learnFrom(
    ...([nodeEngine, lesson, takes, memory()] as const),
    { learning: (epoch) => epochs.push(epoch) },
  )
  expect(learned).toBe(6)
  expect(epochs).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  expect(answers.map(({ label }) => label)).toEqual([0, 1, 2])
  const sad = answers[1]
  expect(sad?.before.said).toMatch(/^neutral/)
  expect(sad?.before.isRight).toBe(false)
  expect(sad?.after.said).toMatch(/^sad/)
  for (const { before, after } of answers) {
    expect(after.isRight).toBe(true)
    expect(after.share).toBeGreaterThan(before.share ?? 1)
  }
})

test('a training that was interrupted ends with the same weights', async () => {
  const whole = await learnFrom(nodeEngine, lesson, takes, memory())
  const kept = memory()
  const closed = learnFrom(nodeEngine, lesson, takes, kept, {
    learning(epoch) {
      if (epoch === 7) throw new Error('the tab is closed')
    },
  })
  await expect(closed).rejects.toThrow('the tab is closed')
  expect(kept.kept.get('all')?.epochs.length).toBe(7)
  const again = await learnFrom(nodeEngine, lesson, takes, kept)
  expect(again.weights).toEqual(whole.weights)
})

test('a training that was stopped goes on where it was', async () => {
  const whole = await learnFrom(nodeEngine, lesson, takes, memory())
  const [kept, control] = [memory(), new AbortController()]
  const stopped = learnFrom(nodeEngine, lesson, takes, kept, {
    learning: (epoch) => epoch === 9 && control.abort(),
    signal: control.signal,
  })
  await expect(stopped).rejects.toThrow(/abort/)
  expect(kept.kept.get('all')?.epochs.length).toBe(9)
  expect((await learnFrom(nodeEngine, lesson, takes, kept)).weights).toEqual(whole.weights)
})

test("the page's runtime learns what Node's does", async () => {
  const native = await learnFrom(nodeEngine, lesson, takes, memory())
  const page = await learnFrom(webEngine(), lesson, takes, memory())
  for (const [name, numbers] of native.weights) {
    const others = page.weights.get(name)
    for (const [place, number] of numbers.entries()) expect(others?.[place]).toBeCloseTo(number, 3)
  }
})
