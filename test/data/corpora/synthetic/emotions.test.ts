/** Emotions of synthetic corpora: several at once, and classes that sarcasm hides. */
import { describe, expect, it } from 'vitest'
import { synthesise } from '../../../../src/data/corpora/synthetic/index.js'
import type { Split } from '../../../../src/data/dataset.js'
import { beside, ridge, type Table, timeMeans } from '../../../support/data/probe.js'
import { none } from './probes.js'

describe('emotions', () => {
  const options = { samples: { train: 700, valid: 0, test: 300 }, aligned: true } as const

  it('are any number at once, under the names of the field', () => {
    const { emotionNames, splits } = synthesise({ ...options, task: 'emotions' })
    expect(emotionNames).toEqual(['happy', 'sad', 'anger', 'fear', 'disgust', 'surprise'])
    const emotions = splits.train.targets.emotions ?? new Float32Array()
    expect(emotions).toHaveLength(700 * 6)
    const active = Array.from({ length: 700 }, (_, sample) =>
      emotions.subarray(sample * 6, sample * 6 + 6).reduce((sum, value) => sum + value, 0),
    )
    expect(new Set(active)).toEqual(new Set([1, 2]))
    expect(splits.train.targets.sentiment).toBeUndefined()
  })

  it('or are one of given classes; sarcasm is a matter of both sides', () => {
    const names = ['angry', 'happy', 'sad', 'neutral', 'frustrated', 'excited', 'surprised']
    const accuracy = (sarcasm: number) => {
      const { classNames, splits } = synthesise({
        ...options,
        task: 'classes',
        emotions: names,
        effects: { ...none, sarcasm },
      })
      expect(classNames).toEqual(names)
      const oneHot = (split: Split) =>
        [...(split.targets.classes ?? [])].map((own) =>
          names.map((_, place) => Number(place === own)),
        )
      /** A linear classifier: the class whose ridge regression gives most. */
      const scores = (features: (split: Split) => Table, truth: Table) => {
        const inputs = features(splits.train)
        const columns = names.map((_, place) =>
          ridge(
            inputs,
            truth.map((row) => row[place] ?? 0),
          ),
        )
        return (split: Split) => features(split).map((row) => columns.map((column) => column(row)))
      }
      const hits = (guess: Table) =>
        guess.filter((row, sample) => oneHot(splits.test)[sample]?.[row.indexOf(Math.max(...row))])
          .length / guess.length
      const chosen = (row: readonly number[]) =>
        row.map((score) => Number(score === Math.max(...row)))
      const text = (split: Split) => timeMeans(split, 'text')
      const body = (split: Split) => beside(timeMeans(split, 'audio'), timeMeans(split, 'vision'))
      const all = (split: Split) => beside(text(split), body(split))
      const truth = oneHot(splits.train)
      const saysText = scores(text, truth)
      const saysBody = scores(body, truth)
      const products = (split: Split) => {
        const bodies = saysBody(split)
        return beside(
          all(split),
          saysText(split).map((row, sample) =>
            chosen(row).flatMap((one) => chosen(bodies[sample] ?? []).map((other) => one * other)),
          ),
        )
      }
      return {
        text: hits(saysText(splits.test)),
        all: hits(scores(all, truth)(splits.test)),
        product: hits(scores(products, truth)(splits.test)),
        body: hits(saysBody(splits.test)),
      }
    }
    const sincere = accuracy(0)
    expect(sincere.text).toBeGreaterThan(0.9)
    const sarcastic = accuracy(0.4)
    expect(sarcastic.text).toBeLessThan(0.72)
    expect(sarcastic.body).toBeLessThan(0.72)
    expect(sarcastic.all).toBeLessThan(0.75)
    expect(sarcastic.product).toBeGreaterThan(sarcastic.all + 0.15)
  })
})
