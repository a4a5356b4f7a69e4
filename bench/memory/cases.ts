/** What is weighed: every model at its defaults, in training and in prediction, at several lengths. */
import { models } from '../../src/models/index.js'

export interface Case {
  readonly model: string
  readonly what: 'train' | 'predict'
  readonly steps: number
  readonly samples: number
}

/** Features as CMU-MOSEI has them. */
export const widths = { text: 300, audio: 74, vision: 35 } as const

const sizes = [
  { what: 'predict', steps: 100, samples: 64 },
  { what: 'predict', steps: 1000, samples: 8 },
  { what: 'predict', steps: 4000, samples: 1 },
  { what: 'train', steps: 50, samples: 32 },
  { what: 'train', steps: 300, samples: 8 },
  { what: 'train', steps: 1500, samples: 2 },
] as const

/** @param only names of models; all unless given */
export function casesOf(only: readonly string[]): Case[] {
  return models
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .flatMap(({ name: model }) => sizes.map((size) => ({ model, ...size })))
}
