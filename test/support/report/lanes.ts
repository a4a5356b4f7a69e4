/** Maps, a mask and effects of one sample, of which lanes are made. */
import type { AttentionMap, Lane } from '../../../src/faces/explain.js'
import { describeMap } from '../../../src/models/define/maps.js'

const sidesOf = (name: string) => {
  const map = describeMap(name)
  if (map.kind !== 'attention') throw new Error(`${name} is no attention`)
  return { asking: map.query, asked: map.keys, first: map.layer === 'first' }
}
export const looked = (
  name: string,
  keys: readonly string[],
  row: readonly number[],
): AttentionMap => ({
  name,
  ...sidesOf(name),
  title: name,
  queries: ['1', '2'],
  keys,
  weights: [row, row],
})
export const words = ['not', 'so', 'good']
export const numbers = ['1', '2', '3', '4', '5', '6']

/** One step a word of text, two windows of sound. */
export const effects: readonly Lane[] = [
  {
    kind: 'effect',
    title: 'text',
    maps: [],
    unit: 'probability',
    steps: [
      { label: 'not', value: 0.1 },
      { label: 'so', value: -0.05 },
      { label: 'good', value: 0.2 },
    ],
  },
  {
    kind: 'effect',
    title: 'audio',
    maps: [],
    unit: 'probability',
    length: 21,
    steps: [
      { label: '1–10', value: 0.1 },
      { label: '11–21', value: -1e-9 },
    ],
  },
]

/** Three maps, and one of a first look. */
export const maps: readonly AttentionMap[] = [
  looked('attention.text', words, [0.2, 0.2, 0.6]),
  looked('attention.audio_to_text', words, [0.4, 0.2, 0.4]),
  looked('attention.text_to_audio', numbers, [0, 0, 0.5, 0.5, 0, 0]),
  looked('attention.text.first', words, [1, 0, 0]),
]
export const mask = {
  modality: 'vision',
  steps: ['1', '2'],
  values: [
    [0.2, 0.4],
    [1, 0.8],
  ],
} as const
