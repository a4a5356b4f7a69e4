import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../src/data/batch.js'
import type { Split } from '../../src/data/dataset.js'
import { wholeFeature } from '../../src/data/feature.js'
import { windowsOf } from '../../src/explain/windows.js'
import {
  type ContributionOptions,
  effectLanes,
  explainContributions,
  fromParts,
  mainScores,
  type Runnable,
  trainingMeans,
} from '../../src/faces/explain.js'
import { predictionGraph } from '../../src/learn/graphs.js'
import { TrainingState } from '../../src/learn/state.js'
import { mdre } from '../../src/models/index.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { singleLabel } from '../../src/task/single-label.js'
import type { Task } from '../../src/task/task.js'
import { inputsOf } from '../../src/use/inputs.js'
import { sourceOf } from '../support/datasets.js'
import {
  regression,
  smallModel,
  smallSplit,
  smallStandardisation,
  smallWidths,
} from '../support/small-model.js'

const trainedOn = { name: 'small', synthetic: true }
const inputs = ['text', 'audio', 'vision', 'prosody'] as const
type InputName = (typeof inputs)[number]
const baselines = {
  text: Float32Array.of(1, -1),
  audio: Float32Array.of(0.5),
  vision: Float32Array.of(2),
  prosody: Float32Array.of(0.25),
}

/** One sample: three words, seven steps of sound, two of face, one number of prosody. */
const split: Split = {
  ids: ['a'],
  rawText: ['not so good'],
  features: {
    text: sourceOf(2, [[1, 2, 3, 4, 5, 6]]),
    audio: sourceOf(1, [[1, 2, 3, 4, 5, 6, 7]]),
    vision: sourceOf(1, [[-1, 3]]),
    prosody: wholeFeature(1, Float32Array.of(4)),
  },
  targets: { sentiment: Float32Array.of(1) },
}
const options: ContributionOptions = { task: regression, inputs, baselines, aligned: false }

/** The sum over steps and features of one input of a row of a batch. */
function total(batch: Batch, row: number, input: InputName): number {
  const values = Array.from(batch.features[input]?.values ?? [], Number)
  const size = values.length / batch.size
  return values.slice(row * size, (row + 1) * size).reduce((sum, one) => sum + one, 0)
}

/** A model that is a function of those sums. */
const modelOf = (
  outputs: (sums: Readonly<Record<InputName, number>>) => readonly number[],
): Runnable => ({
  async run(batch) {
    const rows = Array.from({ length: batch.size }, (_, row) => {
      const of = (input: InputName) => total(batch, row, input)
      return outputs({
        text: of('text'),
        audio: of('audio'),
        vision: of('vision'),
        prosody: of('prosody'),
      })
    })
    const shape = [batch.size, rows[0]?.length ?? 0]
    const data = Float32Array.from(rows.flat())
    return { prediction: { dataType: 'float32', shape, data }, maps: [] }
  },
})

const partsOf = async (model: Runnable, more: Partial<ContributionOptions> = {}) => {
  const found = await explainContributions(model, split, 0, { ...options, ...more })
  const [score] = mainScores(found)
  if (!score) throw new Error('no score')
  return { found, score, parts: score.parts.map(({ value }) => value) }
}

describe('contributions of inputs', () => {
  it('add up from the baseline to the prediction, whatever the model', async () => {
    const factor = fc.double({ min: -1, max: 1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(factor, { minLength: 6, maxLength: 6 }), async (factors) => {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = factors
        const predict = modelOf(({ text, audio, vision, prosody }) => [
          a * text + b * audio * vision + c * Math.tanh(d * prosody * text) + e * vision ** 2 + f,
        ])
        const { score, parts } = await partsOf(predict)
        const sum = parts.reduce((all, part) => all + part, 0)
        expect(sum).toBeCloseTo(score.prediction - score.baseline, 9)
      }),
      { numRuns: 40 },
    )
  })

  it('of a sum are its own parts: what each input is less what its baseline would be', async () => {
    const predict = modelOf(({ text, audio, vision, prosody }) => [
      2 * text - audio + 0.5 * vision + 4 * prosody,
    ])
    const { score, parts } = await partsOf(predict)
    // Three words at [1, -1] sum to 0, seven steps at 0.5 to 3.5, two at 2 to 4.
    const exact = [2 * (21 - 0), -(28 - 3.5), 0.5 * (2 - 4), 4 * (4 - 0.25)]
    for (const [index, part] of exact.entries()) expect(parts[index]).toBeCloseTo(part, 9)
    expect(score.baseline).toBeCloseTo(2 * 0 - 3.5 + 0.5 * 4 + 4 * 0.25, 9)
    expect(score.prediction).toBeCloseTo(2 * 21 - 28 + 0.5 * 2 + 4 * 4, 9)
  })

  it('are exactly 0 for what the model ignores, steps included', async () => {
    const { score, parts } = await partsOf(
      modelOf(({ audio, prosody }) => [audio * prosody + audio]),
    )
    expect(parts[0]).toBe(0)
    expect(parts[2]).toBe(0)
    const [text, audio] = score.steps
    expect(text?.windows.map(({ change }) => change)).toEqual([0, 0, 0])
    expect(audio?.windows.every(({ change }) => change !== 0)).toBe(true)
  })

  it('are equal for inputs that do the same', async () => {
    // Prosody and vision differ from their baselines by 3.75 and -2: scaled to the same.
    const { parts } = await partsOf(
      modelOf(({ vision, prosody, text }) => {
        const [one, other] = [(vision - 4) / -2, (prosody - 0.25) / 3.75]
        return [one * other * text + one + other]
      }),
    )
    expect(parts[2]).toBeCloseTo(parts[3] ?? Number.NaN, 6)
    expect(parts[2]).not.toBeCloseTo(0, 1)
  })

  it('come with the score of every subset', async () => {
    const { score } = await partsOf(
      modelOf(({ text, audio, vision, prosody }) => [text + audio + vision + prosody]),
    )
    expect(score.subsets).toHaveLength(16)
    expect(score.subsets[0]).toEqual({ kept: [], score: score.baseline })
    expect(score.subsets.at(-1)).toEqual({ kept: inputs, score: score.prediction })
    const pair = score.subsets.find(({ kept }) => kept.join() === 'text,prosody')
    expect(pair?.score).toBeCloseTo(21 + 3.5 + 4 + 4, 9)
  })

  it('only those that the model reads', async () => {
    const read: InputName[] = ['audio']
    const { score, found } = await partsOf(
      modelOf(({ audio }) => [audio]),
      { inputs: read },
    )
    expect(found.inputs).toEqual(['audio'])
    expect(score.subsets).toHaveLength(2)
    expect(score.steps.map(({ modality }) => modality)).toEqual(['audio'])
  })
})

describe('the scores that are explained', () => {
  const logits = modelOf(({ text, audio }) => [text / 10, audio / 10, 0])

  it('are probabilities of classes, of which the highest is said', async () => {
    const task: Task = singleLabel({ classNames: ['sad', 'angry', 'calm'] })
    const { found, score } = await partsOf(logits, { task })
    expect(found.scores.map(({ name, said }) => [name, said])).toEqual([
      ['sad', false],
      ['angry', true],
      ['calm', false],
    ])
    expect(score.name).toBe('angry')
    expect(score.prediction).toBeCloseTo(
      Math.exp(2.8) / (Math.exp(2.1) + Math.exp(2.8) + Math.exp(0)),
      6,
    )
    // What one class gains the others lose.
    for (const place of inputs.keys()) {
      const gained = found.scores.reduce((sum, { parts }) => sum + (parts[place]?.value ?? 0), 0)
      expect(gained).toBeCloseTo(0, 9)
    }
  })

  it('are probabilities of labels, of which any number is said', async () => {
    const task: Task = multiLabel({ labelNames: ['sad', 'angry', 'calm'] })
    const { found } = await partsOf(logits, { task })
    expect(mainScores(found).map(({ name }) => name)).toEqual(['sad', 'angry'])
    expect(found.scores[1]?.prediction).toBeCloseTo(1 / (1 + Math.exp(-2.8)), 6)
    const { found: none } = await partsOf(logits, { task, thresholds: [0.99, 0.99, 0.99] })
    expect(none.scores.some(({ said }) => said)).toBe(false)
    expect(mainScores(none).map(({ name }) => name)).toEqual(['angry'])
  })
})

describe('effects of steps', () => {
  const sum = modelOf(({ text, audio }) => [text - audio])

  it('are what the score loses with each step, by its word or number', async () => {
    const { score, found } = await partsOf(sum)
    const [text, audio, vision] = score.steps
    expect(text?.windows).toEqual([
      { from: 0, to: 1, label: 'not', change: 3 },
      { from: 1, to: 2, label: 'so', change: 7 },
      { from: 2, to: 3, label: 'good', change: 11 },
    ])
    expect(audio?.windows.map(({ label }) => label)).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(audio?.windows.map(({ change }) => change)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((x) => 0.5 - x),
    )
    expect(vision?.length).toBe(2)
    const lanes = effectLanes(found, score)
    expect(lanes.map(({ title, kind }) => `${kind} ${title}`)).toEqual([
      'effect text',
      'effect audio',
      'effect vision',
    ])
    expect(lanes[1]?.length).toBeUndefined()
    expect(lanes[0]?.unit).toBe('sentiment')
  })

  it('are those of windows where a sequence is long', async () => {
    const { score, found } = await partsOf(sum, { windows: 2 })
    const [text, audio] = score.steps
    expect(text?.windows.map(({ label }) => label)).toEqual(['not', 'so good'])
    expect(text?.windows.map(({ change }) => change)).toEqual([3, 18])
    expect(audio?.windows.map(({ from, to, label }) => [from, to, label])).toEqual([
      [0, 3, '1–3'],
      [3, 7, '4–7'],
    ])
    expect(effectLanes(found, score)[1]?.length).toBe(7)
  })

  it('windows cover a sequence once, alike but for one step, and are never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 80 }),
        (length, most) => {
          const windows = windowsOf(length, most)
          expect(windows).toHaveLength(Math.min(length, most))
          expect(
            windows.flatMap(({ from, to }) =>
              Array.from({ length: to - from }, (_, at) => from + at),
            ),
          ).toEqual(Array.from({ length }, (_, step) => step))
          const sizes = windows.map(({ from, to }) => to - from)
          if (length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('are computed in few batches of one length, in the order of the variants', async () => {
    const sizes: number[] = []
    const seen: [number, number][] = []
    const watched: Runnable = {
      run: (batch) => {
        sizes.push(batch.size)
        expect(batch.features.audio?.shape).toEqual([batch.size, 90, 1])
        expect(new Set(batch.features.audio?.lengths)).toEqual(new Set([90]))
        return sum.run(batch)
      },
    }
    const long = { ...split, features: { audio: sourceOf(1, [Array(90).fill(1)]) } }
    const read: InputName[] = ['audio']
    const onBatch = (done: number, all: number) => seen.push([done, all])
    await explainContributions(watched, long, 0, { ...options, inputs: read, onBatch })
    expect(sizes).toEqual([62])
    const more = { ...options, inputs: read, windows: 90, onBatch }
    await explainContributions(watched, long, 0, more)
    expect(sizes).toEqual([62, 64, 28])
    expect(seen).toEqual([
      [1, 1],
      [1, 2],
      [2, 2],
    ])
  })
})

describe('contributions of a model', () => {
  const small = smallSplit(6)

  it('are its own predictions, compared with those of training means', async () => {
    const standardisation = smallStandardisation()
    const given = { ...smallModel(), standardisation }
    const model = await fromParts(given, trainedOn, 'small')
    const read = model.inputs.map(({ name }) => name)
    expect(read).toEqual(['text', 'audio', 'vision'])
    const means = await trainingMeans(read, standardisation, small)
    expect(means.audio).toBe(standardisation.audio?.mean)
    // The same weights on standardised features: there the baselines are zeros.
    const inner = await fromParts(smallModel(), trainedOn, 'inner')
    try {
      const asked = { task: regression, inputs: read, baselines: means, aligned: true }
      const { scores } = await explainContributions(model, small, 2, asked)
      const [score] = scores
      const length = small.features.text?.lengths[2] ?? 0
      const zeros = (width: number) => sourceOf(width, [Array(length * width).fill(0)])
      const silent = {
        ids: ['zeros'],
        features: { text: zeros(5), audio: zeros(3), vision: zeros(4) },
        targets: {},
      }
      const unmoved = {
        text: new Float32Array(5),
        audio: new Float32Array(3),
        vision: new Float32Array(4),
      }
      const atZero = await explainContributions(inner, silent, 0, {
        ...asked,
        baselines: unmoved,
      })
      expect(score?.baseline).toBeCloseTo(atZero.scores[0]?.prediction ?? Number.NaN, 5)
      const parts = score?.parts.reduce((sum, { value }) => sum + value, 0)
      expect(parts).toBeCloseTo((score?.prediction ?? 0) - (score?.baseline ?? 0), 9)
      expect(score?.steps.map(({ windows }) => windows.length)).toEqual([length, length, length])
      expect(score?.steps[0]?.windows[0]?.label).toBe('word1')
    } finally {
      await model.close()
      await inner.close()
    }
  })

  it('count prosody where the model reads it', async () => {
    const widths = { ...smallWidths, prosody: 2 }
    const dual = mdre.configure({ textHidden: 4, audioHidden: 4, visionHidden: 4 })
    const task: Task = singleLabel({ classNames: ['sad', 'angry'] })
    const weights = TrainingState.initial(predictionGraph(dual, widths, task), 3).snapshot()
    const spoken: Split = {
      ...small,
      features: {
        ...small.features,
        prosody: wholeFeature(
          2,
          Float32Array.from({ length: 12 }, (_, at) => at),
        ),
      },
    }
    const model = await fromParts({ model: dual, widths, task, weights }, trainedOn, 'spoken')
    const read = model.inputs.map(({ name }) => name)
    expect(read).toEqual(['text', 'audio', 'vision', 'prosody'])
    const mute = inputsOf(dual, smallWidths).map(({ name }) => name)
    expect(mute).toEqual(['text', 'audio', 'vision'])
    // Without standardisation the means are those of the training split.
    const means = await trainingMeans(read, undefined, spoken)
    expect([...(means.prosody ?? [])]).toEqual([5, 6])
    try {
      const asked = { task, inputs: read, baselines: means, aligned: true }
      const { scores } = await explainContributions(model, spoken, 5, asked)
      expect(scores[0]?.subsets).toHaveLength(16)
      expect(scores[0]?.parts[3]?.input).toBe('prosody')
      expect(Math.abs(scores[0]?.parts[3]?.value ?? 0)).toBeGreaterThan(1e-4)
    } finally {
      await model.close()
    }
  })
})

describe('what cannot be explained', () => {
  const one = modelOf(({ text }) => [text])
  const asked = (more: Partial<ContributionOptions>, row = 0, model = one) =>
    explainContributions(model, split, row, { ...options, ...more })

  it('is said: a sample that is not there', async () => {
    await expect(asked({}, 1)).rejects.toThrowError(/no such sample in the split.*expected 0 to 0/)
  })

  it('is said: so many inputs that there is no end of their subsets', async () => {
    const many = Array.from({ length: 40 }, (_, input) => `input${input}`)
    await expect(asked({ inputs: many })).rejects.toThrowError(
      /too many inputs .*expected at most 12, got 40/,
    )
  })

  it('is said: a baseline of other features, or none', async () => {
    const wide = { ...baselines, text: new Float32Array(3) }
    await expect(asked({ baselines: wide })).rejects.toThrowError(
      /text.*expected 2 features.*got 3/,
    )
    await expect(asked({ baselines: {} })).rejects.toThrowError(/text.*got none/)
  })

  it('is said: no training samples to take means of, or not of every input', async () => {
    const empty = { ids: [], features: { text: sourceOf(2, []) }, targets: {} }
    const means = { mean: Float32Array.of(1, 2), deviation: Float32Array.of(1, 1) }
    await expect(trainingMeans(['text'], undefined, empty)).rejects.toThrowError(
      /the training split: there is no text to average/,
    )
    await expect(trainingMeans(['text', 'audio'], { text: means }, empty)).rejects.toThrowError(
      /no audio/,
    )
    expect(await trainingMeans(['text'], { text: means }, empty)).toEqual({ text: means.mean })
  })

  it('is said: windows that are none', async () => {
    for (const windows of [0, -1, 2.5, Number.NaN]) {
      await expect(asked({ windows })).rejects.toThrowError(
        /the number of windows must be positive.*got/,
      )
    }
  })

  it('is said: a model that gives something else, or no numbers', async () => {
    const two = modelOf(({ text }) => [text, text])
    await expect(asked({}, 0, two)).rejects.toThrowError(/expected \[28, 1\].*got \[28, 2\]/)
    const none = modelOf(() => [Number.NaN])
    await expect(asked({}, 0, none)).rejects.toThrowError(/finite numbers.*got NaN/)
  })
})
