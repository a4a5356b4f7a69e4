/** Recognising live: what is heard is fused as in recordings, and senses can be switched off. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomWord, streamKey } from '../../src/base/random.js'
import { openRecogniser, type Sense, type StarterModels } from '../../src/recognise/index.js'
import {
  type LiveAnswer,
  type LiveRecogniser,
  openLiveRecogniser,
} from '../../src/recognise/live.js'
import { starterVoice } from '../../src/recognise/voice.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { loadModel } from '../../src/use/open/load.js'
import { recording } from '../support/recordings.js'

const assets = join(import.meta.dirname, '../../assets')
const models = async (): Promise<StarterModels> => ({
  voice: {
    model: await loadModel(join(assets, 'starter-voice.onnx'), { threads: 1 }),
    ...starterVoice,
  },
  face: {
    faces: readFileSync(join(assets, 'mtcnn.safetensors')),
    expression: readFileSync(join(assets, 'face-expression.safetensors')),
  },
})

const rate = 16_000
const key = streamKey(7, 'live')
/** Noise that swells and fades, so that windows differ. */
const noise = (seconds: number) =>
  Float32Array.from(
    { length: seconds * rate },
    (_, at) => (0.3 + 0.2 * Math.sin(at / 9000)) * (randomWord(key, at) / 2 ** 31 - 1),
  )
const grey = { width: 48, height: 32, data: new Uint8Array(3 * 48 * 32).fill(90) }

let live: LiveRecogniser
beforeAll(async () => {
  live = await openLiveRecogniser(nodeEngine, await models())
})
afterAll(() => live?.close())

async function watched(source: ReturnType<typeof recording>, senses?: readonly Sense[]) {
  const answers: LiveAnswer[] = []
  let rows = 0
  await live.watch(source, {
    answer: (answer) => answers.push(answer),
    sound: (block) => {
      rows += block.rows
    },
    ...(senses && { senses: () => senses }),
  })
  return { answers, rows }
}

test('what is heard in three seconds is what a recording of three seconds says', async () => {
  const source = recording({ channels: [noise(3)] })
  const { answers, rows } = await watched(source)
  const whole = await openRecogniser(nodeEngine, await models())
  const expected = await whole.recognise(source)
  await whole.close()
  const last = answers.at(-1)
  // A recording without a picture tells apart all emotions of the voice; live only those of both.
  const shares = live.emotions.map(
    (name) => expected.probabilities[expected.emotions.indexOf(name)],
  )
  const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0)
  for (const [place, share] of shares.entries()) {
    expect(last?.probabilities?.[place]).toBeCloseTo((share ?? 0) / sum, 2)
  }
  expect(last?.alone.voice).toEqual(last?.probabilities)
  expect(rows).toBeGreaterThan(290)
})

test('there are four answers a second from the third second on, by the sound itself', async () => {
  const { answers } = await watched(recording({ channels: [noise(6)] }))
  const times = answers.map(({ time }) => time)
  expect(times.length).toBeGreaterThanOrEqual(12)
  expect(times[0]).toBeCloseTo(3, 1)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeCloseTo(0.25, 2)
})

test('silence tells nothing', async () => {
  const { answers } = await watched(recording({ channels: [new Float32Array(4 * rate)] }))
  expect(answers.length).toBeGreaterThan(3)
  for (const answer of answers) expect(answer).toMatchObject({ alone: {}, faces: [] })
  expect(answers.at(-1)).not.toHaveProperty('probabilities')
})

test('with a picture each frame has an answer, and a sense that is off says nothing', async () => {
  const pictures = Array.from({ length: 45 }, () => grey)
  const source = recording({ channels: [noise(4)], pictures })
  const both = await watched(source)
  expect(both.answers.length).toBeGreaterThanOrEqual(40)
  expect(both.answers[0]).toMatchObject({ frame: { width: 48, height: 32 } })
  const off = await watched(source, ['face'])
  expect(off.answers.every(({ probabilities }) => probabilities === undefined)).toBe(true)
})

test('a source without sound and picture is a mistake', async () => {
  await expect(watched(recording({}))).rejects.toThrow(/has neither sound nor picture/)
})
