/** Synthetic faces, sound and tokens: their form, and where they tell what is felt. */
import { describe, expect, it } from 'vitest'
import { validateDataset } from '../../../../src/data/check.js'
import {
  describeSynthetic,
  type SyntheticOptions,
  synthesise,
} from '../../../../src/data/corpora/synthetic/index.js'
import { readSample, readSteps } from '../../../support/datasets.js'

const options: SyntheticOptions = {
  ...{ task: 'emotions', pictures: true, seed: 5 },
  samples: { train: 40, valid: 2, test: 2 },
  effects: { sarcasm: 0, misalignment: 0, speakerOffset: 0 },
}
const corpus = synthesise(options)
const { features } = corpus.splits.train

/** The mean picture of each sample. */
const means = (name: 'vision' | 'audio') =>
  corpus.latents.train.map((_, sample) => {
    const pictures = readSteps(features[name], sample)
    const sum = new Float64Array(features[name]?.width ?? 0)
    for (const picture of pictures) {
      for (const [at, number] of picture.entries()) sum[at] = (sum[at] ?? 0) + number
    }
    return sum.map((total) => total / pictures.length)
  })

/** The mean of one sample's mean picture over some places. */
function meanOf(pictures: readonly Float64Array[], sample: number, places: readonly number[]) {
  const own = pictures[sample]
  return places.reduce((sum, place) => sum + (own?.[place] ?? Number.NaN), 0) / places.length
}

/** The difference of a number between samples that show an emotion strongly, and the others. */
function contrast(emotion: number, channel: 'face' | 'voice', of: (sample: number) => number) {
  const groups: [number[], number[]] = [[], []]
  for (const [sample, latent] of corpus.latents.train.entries()) {
    groups[(latent[channel][emotion] ?? 0) > 0.5 ? 1 : 0].push(of(sample))
  }
  const [without, having] = groups.map((own) => own.reduce((a, b) => a + b, 0) / own.length)
  return (having ?? Number.NaN) - (without ?? Number.NaN)
}

describe('a synthetic corpus of pictures', () => {
  it('has the inputs of the recipe mesm, and says so', () => {
    expect(features.text).toMatchObject({ shape: [], dataType: 'int64' })
    expect(features.vision).toMatchObject({ shape: [3, 48, 48], dataType: 'uint8' })
    expect(features.audio).toMatchObject({ shape: [1, 128, 32] })
    const [words = 0, faces, chunks] = ['text', 'vision', 'audio'].map(
      (name) => features[name]?.lengths[0],
    )
    expect([faces, chunks]).toEqual([Math.ceil((words - 2) / 2), Math.ceil((words - 2) / 2)])
    const tokens = readSample(features.text, 0)
    expect([tokens[0], tokens.at(-1)]).toEqual([2, 3])
    expect(Math.min(...tokens.slice(1, -1))).toBeGreaterThan(3)
    expect(corpus.notes).toEqual(describeSynthetic(options))
    expect(corpus.notes.join(' ')).toMatch(/a drawn face and a chunk .* Missing: no steps/)
    expect(() => validateDataset(corpus, 'corpus')).not.toThrow()
  })

  it('is the same each time it is read', () => {
    const again = synthesise(options).splits.train.features
    for (const name of ['text', 'audio', 'vision']) {
      expect(readSample(again[name], 3)).toEqual(readSample(features[name], 3))
    }
  })

  it('shows each emotion in a place of its own in the face', () => {
    // Where the fold of the muscle is, of six on a ring.
    const placeOf = (muscle: number) => {
      const angle = (2 * Math.PI * (muscle + 0.25)) / 6
      const [row, column] = [24 + 13 * Math.sin(angle), 24 + 12 * Math.cos(angle)].map(Math.round)
      return (row ?? 0) * 48 + (column ?? 0)
    }
    const faces = means('vision')
    for (let emotion = 0; emotion < 6; emotion++) {
      const darker = (muscle: number) =>
        -contrast(emotion, 'face', (sample) => meanOf(faces, sample, [placeOf(muscle)]))
      expect(darker(emotion)).toBeGreaterThan(30)
      expect(Math.abs(darker((emotion + 3) % 6))).toBeLessThan(darker(emotion) / 2)
    }
  })

  it('lets each emotion sound in bands of its own', () => {
    const bands = (group: number) =>
      Array.from({ length: 20 * 32 }, (_, at) => (8 + 20 * group) * 32 + at)
    const chunks = means('audio')
    for (const emotion of [0, 2, 5]) {
      const louder = (group: number) =>
        contrast(emotion, 'voice', (sample) => Math.log10(meanOf(chunks, sample, bands(group))))
      expect(louder(emotion)).toBeGreaterThan(0.3)
      expect(louder((emotion + 3) % 6)).toBeLessThan(louder(emotion) / 2)
    }
  })

  it('is not aligned to words', () => {
    expect(() => synthesise({ pictures: true, aligned: true })).toThrow(/aligned.*pictures/)
  })
})
