import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { validateDataset } from '../../../src/data/check.js'
import { iemocapClasses } from '../../../src/data/corpora/iemocap.js'
import { moseiEmotions } from '../../../src/data/corpora/mosei.js'
import {
  describeSynthetic,
  type SyntheticEffects,
  type SyntheticOptions,
  synthesise,
} from '../../../src/data/corpora/synthetic/index.js'
import { type Modality, modalities, type Split, splitNames } from '../../../src/data/dataset.js'
import { readSample, readSteps } from '../../support/datasets.js'
import { beside, explained, probe, ridge, type Table, timeMeans } from '../../support/probe.js'

const small = { samples: { train: 40, valid: 20, test: 20 } }
const none: SyntheticEffects = {
  sarcasm: 0,
  speakerOffset: 0,
  misalignment: 0,
  missing: 0,
  noise: 1,
}

describe('a synthetic corpus', () => {
  it('is the same for the same options, read in any order, and another for another seed', () => {
    const numbers = (options: SyntheticOptions, order: (list: number[]) => number[]) => {
      const { splits } = synthesise({ ...small, ...options })
      const read = new Map<number, number[][]>()
      for (const sample of order([0, 1, 2, 3])) {
        const { features } = splits.test
        read.set(
          sample,
          modalities.map((modality) => readSample(features[modality], sample)),
        )
      }
      const { ids, rawText, targets } = splits.test
      return { ids, rawText, targets, read: [0, 1, 2, 3].map((sample) => read.get(sample)) }
    }
    const once = numbers({ seed: 7 }, (list) => list)
    expect(numbers({ seed: 7 }, (list) => list.reverse())).toEqual(once)
    const other = numbers({ seed: 8 }, (list) => list)
    expect(other.targets).not.toEqual(once.targets)
    expect(other.read).not.toEqual(once.read)
  })

  it('has the shape that was asked for, and says that it is synthetic', () => {
    const widths = { text: 30, audio: 7, vision: 3 }
    const options = { ...small, words: [4, 9] as const, rates: { audio: 4 }, widths }
    const dataset = synthesise(options)
    expect(dataset).toMatchObject({ synthetic: true, aligned: false })
    expect(dataset.name).toContain('synthetic')
    expect(dataset.notes).toEqual(describeSynthetic(options))
    expect(dataset.notes.join(' ')).toMatch(/^Synthetic data.*40 \/ 20 \/ 20 samples.*4 to 9/)
    for (const split of splitNames) {
      const { ids, features, rawText, targets } = dataset.splits[split]
      expect(ids).toHaveLength(small.samples[split])
      expect(new Set(ids).size).toBe(ids.length)
      rawText?.forEach((said, sample) => {
        const words = said.split(' ').length
        expect(words).toBeGreaterThanOrEqual(4)
        expect(words).toBeLessThanOrEqual(9)
        const lengths = modalities.map((modality) => features[modality]?.lengths[sample])
        expect(lengths).toEqual([words, words * 4, words * 3])
      })
      for (const modality of modalities) {
        expect(features[modality]?.width).toBe(widths[modality])
        const values = readSample(features[modality], 0)
        expect(values.every(Number.isFinite)).toBe(true)
      }
      expect(targets.sentiment?.every((value) => Math.abs(value) <= 3)).toBe(true)
    }
    const aligned = synthesise({ ...small, aligned: true })
    const { features } = aligned.splits.train
    expect(aligned.aligned).toBe(true)
    expect(features.audio?.lengths).toEqual(features.text?.lengths)
    expect(features.vision?.lengths).toEqual(features.text?.lengths)
  })

  it('has labels in the form of a known corpus where a preset is named', () => {
    const mosei = synthesise({ ...small, preset: 'mosei' })
    validateDataset(mosei, 'mosei')
    expect(mosei.emotionNames).toEqual(moseiEmotions)
    expect(mosei.notes.join(' ')).toMatch(/intensities from 0 to 3 of happy.* sentiment/)
    const { sentiment, emotions } = mosei.splits.train.targets
    const seen = new Set<number>()
    sentiment?.forEach((value, row) => {
      const six = [...(emotions?.subarray(6 * row, 6 * row + 6) ?? [])]
      for (const intensity of six) {
        expect(intensity >= 0 && intensity <= 3).toBe(true)
        expect(3 * intensity).toBeCloseTo(Math.round(3 * intensity), 5)
        if (intensity > 0) seen.add(Math.round(3 * intensity))
      }
      expect(six.some((intensity) => intensity > 0)).toBe(true)
      const [happy = 0, sad = 0, anger = 0, , disgust = 0, fear = 0] = six
      const expected = happy - sad - anger - disgust - fear
      expect(value).toBeCloseTo(Math.max(-3, Math.min(3, expected)), 5)
    })
    expect(seen.size).toBeGreaterThan(2)
    const plain = synthesise({ ...small, task: 'emotions', emotions: moseiEmotions })
    expect(plain.splits.train.targets.sentiment).toBeUndefined()
    expect(plain.splits.train.targets.emotions).toEqual(
      emotions?.map((intensity) => Number(intensity > 0)),
    )
    const iemocap = synthesise({ ...small, preset: 'iemocap', seed: 3 })
    expect(iemocap.classNames).toEqual(iemocapClasses)
    expect(new Set(iemocap.splits.train.targets.classes).size).toBe(7)
    expect(
      synthesise({ ...small, preset: 'iemocap', task: 'sentiment' }).classNames,
    ).toBeUndefined()
    expect(() => synthesise({ ...small, intensities: true })).toThrow(
      /synthetic corpus, intensities: .*the task 'emotions'/,
    )
    // @ts-expect-error no such preset
    expect(() => synthesise({ preset: 'meld' })).toThrow(/preset: no such preset.*got meld/)
  })

  it('tells its speakers, and how samples are spoken where that is wished', () => {
    const options = { ...small, widths: { audio: 4 }, effects: none }
    const { splits } = synthesise({ ...options, prosody: 6 })
    const { train } = splits
    expect(train.speakers?.[0]).toBe('speaker000')
    expect(new Set(train.speakers).size).toBe(2)
    expect(train.features.prosody?.width).toBe(6)
    expect(train.features.prosody?.lengths).toEqual(new Int32Array(40).fill(1))
    expect(synthesise(options).splits.train.features.prosody).toBeUndefined()
    // Without noise and habits it is the voice's feeling times a weight.
    const quiet = synthesise({ ...options, prosody: 2, effects: { ...none, noise: 0 } })
    const { prosody } = quiet.splits.train.features
    const weight = (readSample(prosody, 0)[0] ?? 0) / (quiet.latents.train[0]?.voice[0] as number)
    quiet.latents.train.forEach(({ voice }, row) => {
      expect(readSample(prosody, row)[0]).toBeCloseTo(weight * (voice[0] as number), 4)
    })
  })

  it('is a valid data set for every task, aligned or not', () => {
    for (const task of ['sentiment', 'emotions', 'classes'] as const) {
      for (const aligned of [true, false]) {
        expect(() => validateDataset(synthesise({ ...small, task, aligned }), task)).not.toThrow()
      }
    }
  })

  it('has no speaker in two splits', () => {
    const { splits } = synthesise({ samples: { train: 200, valid: 100, test: 100 } })
    const speakers = splitNames.map(
      (split) => new Set(splits[split].ids.map((id) => id.replace(/\[\d+\]$/, ''))),
    )
    expect(speakers.map(({ size }) => size)).toEqual([10, 5, 5])
    expect(new Set(speakers.flatMap((own) => [...own])).size).toBe(20)
  })

  it('puts the feeling into words whose polarity the lexicon knows', () => {
    const { splits, lexicon } = synthesise({ ...small, effects: none })
    const polarity = new Map(lexicon.map(({ word, polarity }) => [word, polarity]))
    expect(polarity.size).toBe(lexicon.length)
    const said = splits.train.rawText?.map((text) => {
      const values = text.split(' ').map((word) => polarity.get(word) ?? Number.NaN)
      return [values.reduce((sum, value) => sum + value, 0) / values.length]
    })
    const truth = sentiments(splits.train)
    expect(probe(said ?? [], truth, said ?? [], truth)).toBeGreaterThan(0.85)
  })

  it('refuses options that are unknown or out of range, by name', () => {
    const refuse = (options: object, message: RegExp) => {
      expect(() => synthesise(options)).toThrow(LimbicError)
      expect(() => synthesise(options)).toThrow(message)
    }
    refuse({ effects: { sarcasm: 2 } }, /synthetic corpus, effects\.sarcasm: .*at most 1, got 2/)
    refuse({ effects: { irony: 1 } }, /irony/)
    refuse(
      { words: [9, 4] },
      /corpus, words: .*expected the least number of words first, got \[9,4\]/,
    )
    refuse({ aligned: true, missingSteps: 'shorten' }, /corpus, missingSteps: .*an aligned corpus/)
    refuse({ emotions: ['a', 'b', 'a'] }, /corpus, emotions: .*each name once/)
    refuse({ widths: { text: 0 } }, /corpus, widths\.text: /)
  })
})

/** How well ridge regression on averages over time does, in R squared on unseen speakers. */
function probes(effects: Partial<SyntheticEffects>, options: SyntheticOptions = {}) {
  const { splits } = synthesise({
    samples: { train: 600, valid: 0, test: 400 },
    aligned: true,
    effects: { ...none, ...effects },
    ...options,
  })
  const { train, test } = splits
  const targets = sentiments(train)
  const judge = (features: (split: Split) => Table) =>
    probe(features(train), targets, features(test), sentiments(test))
  const body = (split: Split) => beside(timeMeans(split, 'audio'), timeMeans(split, 'vision'))
  const all = (split: Split) => beside(timeMeans(split, 'text'), body(split))
  const fromText = ridge(timeMeans(train, 'text'), targets)
  const fromBody = ridge(body(train), targets)
  const curves = (split: Split, mix: (text: number, body: number) => number[]) => {
    const bodies = body(split)
    return beside(
      all(split),
      timeMeans(split, 'text').map((row, place) =>
        mix(fromText(row), fromBody(bodies[place] ?? [])),
      ),
    )
  }
  return {
    text: judge((split) => timeMeans(split, 'text')),
    audio: judge((split) => timeMeans(split, 'audio')),
    vision: judge((split) => timeMeans(split, 'vision')),
    all: judge(all),
    /** With curved functions of text alone and of voice and face alone. */
    squares: judge((split) => curves(split, (text, body) => [text ** 2, body ** 2])),
    /** The same with their product. */
    product: judge((split) => curves(split, (text, body) => [text ** 2, body ** 2, text * body])),
    /** The voice's change from the first half to the second. */
    change: judge((split) => {
      const before = timeMeans(split, 'audio', 0, 0.5)
      return timeMeans(split, 'audio', 0.5, 1).map((row, place) =>
        row.map((value, feature) => value - (before[place]?.[feature] as number)),
      )
    }),
  }
}

function sentiments(split: Split): number[] {
  return [...(split.targets.sentiment ?? [])]
}

describe('the effects are in the features, as a linear probe measures them', () => {
  const plain = probes({})

  it('without any, each modality tells the truth: text most, then vision, then audio', () => {
    expect(plain.text).toBeGreaterThan(0.85)
    expect(plain.vision).toBeGreaterThan(0.6)
    expect(plain.audio).toBeGreaterThan(0.4)
    expect(plain.text).toBeGreaterThan(plain.vision + 0.05)
    expect(plain.vision).toBeGreaterThan(plain.audio + 0.05)
    expect(plain.product - plain.all).toBeLessThan(0.02)
  })

  it('sarcasm hides the truth from each modality and from their sum, not from their product', () => {
    const { text, vision, audio, all, squares, product } = probes({ sarcasm: 0.3 })
    expect(Math.max(text, vision, audio)).toBeLessThan(0.6)
    expect(all).toBeGreaterThan(Math.max(text, vision, audio) + 0.08)
    expect(squares - all).toBeLessThan(0.03)
    expect(product).toBeGreaterThan(squares + 0.12)
    expect(product).toBeGreaterThan(0.75)
  })

  it('a sarcastic sample contradicts itself, and is meant badly', () => {
    const { latents, splits } = synthesise({
      samples: { train: 1000, valid: 0, test: 0 },
      effects: { ...none, sarcasm: 0.3, noise: 0 },
    })
    const sarcastic = latents.train.filter((latent) => latent.sarcastic)
    expect(sarcastic.length / 1000).toBeCloseTo(0.3, 1)
    for (const { words, voice, face, truth } of sarcastic) {
      expect((words[0] as number) * (voice[0] as number)).toBeLessThan(0)
      expect((words[0] as number) * (face[0] as number)).toBeLessThan(0)
      expect(truth[0]).toBeLessThan(0)
    }
    expect(latents.train.map(({ truth }) => truth[0])).toEqual(sentiments(splits.train))
  })

  it('offsets of speakers mislead the mean over time, not the change over time', () => {
    const { text, audio, vision, change } = probes({ speakerOffset: 2 })
    expect(text).toBeCloseTo(plain.text, 2)
    expect(audio).toBeLessThan(plain.audio - 0.2)
    expect(vision).toBeLessThan(plain.vision - 0.1)
    expect(change).toBeCloseTo(plain.change, 1)
    expect(change).toBeGreaterThan(audio + 0.2)
  })

  it('offsets are constant over time', () => {
    const read = (speakerOffset: number) => {
      const { splits } = synthesise({
        ...small,
        aligned: true,
        effects: { ...none, speakerOffset },
      })
      return readSample(splits.train.features.audio, 3)
    }
    const without = read(0)
    const offsets = read(1).map((value, place) => value - (without[place] as number))
    offsets.forEach((offset, place) => {
      expect(offset).toBeCloseTo(offsets[place % 16] as number, 4)
    })
    expect(Math.max(...offsets.map(Math.abs))).toBeGreaterThan(0.1)
  })

  it('voice and face come late by as many words as asked', () => {
    for (const misalignment of [0, 2]) {
      expect(bestLag({ ...none, misalignment }, 'audio')).toBe(misalignment)
      expect(bestLag({ ...none, misalignment }, 'vision')).toBe(misalignment)
    }
  })

  it('missing steps are zeros, or are cut out', () => {
    const whole = synthesise({ ...small, effects: none }).splits.train.features
    const zeroed = synthesise({ ...small, effects: { ...none, missing: 0.4 } }).splits.train
      .features
    const cut = synthesise({
      ...small,
      missingSteps: 'shorten',
      effects: { ...none, missing: 0.4 },
    }).splits.train.features
    for (const modality of modalities) {
      let lost = 0
      let steps = 0
      for (let sample = 0; sample < 40; sample++) {
        const rows = readSteps(whole[modality], sample)
        const withZeros = readSteps(zeroed[modality], sample)
        expect(withZeros).toHaveLength(rows.length)
        const kept = rows.filter((row, step) => {
          const gone = withZeros[step]?.every((value) => value === 0) ?? false
          if (!gone) expect(withZeros[step]).toEqual(row)
          else lost++
          steps++
          return !gone
        })
        if (kept.length > 0) expect(readSteps(cut[modality], sample)).toEqual(kept)
      }
      expect(lost / steps).toBeGreaterThan(0.3)
      expect(lost / steps).toBeLessThan(0.5)
    }
  })

  it('without noise everything is told, with more less', () => {
    expect(probes({ noise: 0 }).audio).toBeGreaterThan(0.95)
    expect(probes({ noise: 3 }).all).toBeLessThan(plain.all - 0.1)
  })
})

/** The delay in words at which words and another modality, both as sentiment per step, go together best. */
function bestLag(effects: SyntheticEffects, modality: Modality): number {
  const { splits } = synthesise({
    samples: { train: 300, valid: 0, test: 0 },
    aligned: true,
    words: [16, 24],
    effects,
  })
  const { train } = splits
  const truth = sentiments(train)
  const perStep = (which: Modality) => {
    const predict = ridge(timeMeans(train, which), truth)
    return train.ids.map((_, sample) => readSteps(train.features[which], sample).map(predict))
  }
  const text = perStep('text')
  const other = perStep(modality)
  // Changes from step to step, since the feeling builds up in all modalities at any delay.
  const changes = (values: readonly number[]) =>
    values.slice(1).map((value, step) => value - (values[step] as number))
  const together = [0, 1, 2, 3, 4].map((lag) => {
    let sum = 0
    text.forEach((values, sample) => {
      const late = changes(other[sample] ?? []).slice(lag)
      const early = changes(values)
      late.forEach((value, step) => {
        sum += value * (early[step] as number)
      })
    })
    return sum
  })
  return together.indexOf(Math.max(...together))
}

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

describe('the probe itself', () => {
  it('finds a line, and nothing in noise', () => {
    const inputs = Array.from({ length: 50 }, (_, row) => [row, (row * 7) % 11])
    const targets = inputs.map(([one = 0, other = 0]) => 2 * one - other + 3)
    expect(probe(inputs, targets, inputs, targets)).toBeGreaterThan(0.9999)
    expect(explained([1, 2, 3], [2, 2, 2])).toBeCloseTo(0)
  })
})
