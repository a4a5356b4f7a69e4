import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mainScores } from '../../../src/faces/explain.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { singleLabel } from '../../../src/task/single-label.js'
import type { Task } from '../../../src/task/task.js'
import { type InputName, inputs, modelOf, partsOf } from '../../support/report/contributions.js'

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
