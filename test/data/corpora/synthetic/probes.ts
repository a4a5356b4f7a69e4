import {
  type SyntheticEffects,
  type SyntheticOptions,
  synthesise,
} from '../../../../src/data/corpora/synthetic/index.js'
import type { Modality, Split } from '../../../../src/data/dataset.js'
import { beside, probe, ridge, type Table, timeMeans } from '../../../support/data/probe.js'
import { readSteps } from '../../../support/datasets.js'

export const small = { samples: { train: 40, valid: 20, test: 20 } }
export const none: SyntheticEffects = {
  sarcasm: 0,
  speakerOffset: 0,
  misalignment: 0,
  missing: 0,
  noise: 1,
}

/** How well ridge regression on averages over time does, in R squared on unseen speakers. */
export function probes(effects: Partial<SyntheticEffects>, options: SyntheticOptions = {}) {
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

export function sentiments(split: Split): number[] {
  return [...(split.targets.sentiment ?? [])]
}

/** The delay in words at which words and another modality, both as sentiment per step, go together best. */
export function bestLag(effects: SyntheticEffects, modality: Modality): number {
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
