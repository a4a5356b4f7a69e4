import { describe, expect, it } from 'vitest'
import type { Batch } from '../../src/data/batch.js'
import {
  type AttentionMap,
  type Lane,
  sampleAttention,
  sampleLanes,
  topSteps,
} from '../../src/faces/explain.js'
import { describeMap } from '../../src/models/define/maps.js'
import { laneChart, renderLanes } from '../../src/report/index.js'
import type { Value } from '../../src/runtime/session.js'
import { batchFeature } from '../support/datasets.js'
import { mapOf } from '../support/maps.js'

/** Two samples of three words at most, whose sound has other steps. */
const batch: Batch = {
  indices: Int32Array.of(0, 1),
  size: 2,
  features: {
    text: batchFeature([2, 3, 1], [3, 2]),
    audio: batchFeature([2, 5, 1], [4, 5]),
  },
  targets: {},
  padding: 0,
}

function map(shape: readonly number[], weights: readonly number[]): Value {
  const size = shape.reduce((one, other) => one * other)
  const data = Float32Array.from({ length: size }, (_, at) => weights[at % weights.length] ?? 0)
  return { dataType: 'float32', shape: [...shape], data }
}

const options = { words: ['not', 'so', 'good'], aligned: false }
const read = (
  name: string,
  value: Value,
  { axes, ...more }: { axes?: readonly (string | number)[]; heads?: 'each' } = {},
) => sampleAttention(batch, [mapOf(name, value, axes)], 0, { ...options, ...more })

describe('maps of every shape that models have', () => {
  it('[batch, heads, queries, keys]: the mean over heads, or each head', () => {
    // Head 1 looks at the first step, head 2 at the last.
    const value = map(
      [2, 2, 3, 5],
      [...Array(3).fill([1, 0, 0, 0, 0]), ...Array(3).fill([0, 0, 0, 1, 0])].flat(),
    )
    const [both] = read('attention.text_to_audio.layer1', value)
    expect(both?.title).toBe('text attends to audio, layer 1')
    expect(both?.weights[0]).toEqual([0.5, 0, 0, 0.5])
    const each = read('attention.text_to_audio.layer1', value, { heads: 'each' })
    expect(each.map(({ title }) => title)).toEqual([
      'text attends to audio, layer 1, head 1',
      'text attends to audio, layer 1, head 2',
    ])
    expect(each.map(({ weights }) => weights[2])).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ])
    expect(sampleLanes(each)).toHaveLength(1)
    expect(sampleLanes(each)[0]?.steps.map(({ value: share }) => share)).toEqual([0.5, 0, 0, 0.5])
  })

  it('[batch, 1, keys]: one query that stands for a whole, as in hops', () => {
    const [hop] = read('attention.audio_vision_to_text.hop2', map([2, 1, 3], [0.5, 0.2, 0.3]))
    expect(hop?.title).toBe('audio + vision attend to text, hop 2')
    expect([hop?.queries, hop?.keys]).toEqual([['1'], ['not', 'so', 'good']])
    const [lane] = sampleLanes(hop ? [hop] : [])
    expect(lane).toMatchObject({ title: 'text', maps: ['attention.audio_vision_to_text.hop2'] })
    expect(lane?.steps[0]).toEqual({ label: 'not', value: 0.5 })
  })

  it('[batch, keys]: a weight a step', () => {
    const [pooled] = read('attention.audio', map([2, 5], [0.1, 0.2, 0.3, 0.4, 0]))
    expect(pooled?.weights.map((row) => row.map((weight) => weight.toFixed(1)))).toEqual([
      ['0.1', '0.2', '0.3', '0.4'],
    ])
  })

  it('with a token before the steps, which is none of them', () => {
    const value = map([2, 1, 4, 4], [0.4, 0.3, 0.2, 0.1])
    const [own] = read('attention.text.layer 2', value)
    expect(own?.keys).toEqual(['[token]', 'not', 'so', 'good'])
    const [lane] = sampleLanes(own ? [own] : [])
    expect(lane?.steps.map(({ label }) => label)).toEqual(['not', 'so', 'good'])
    expect(lane?.token).toBeCloseTo(0.4, 6)
    // The second sample is one word shorter.
    const second = sampleAttention(batch, [mapOf('attention.text', value)], 1, options)
    expect(second[0]?.keys).toEqual(['[token]', '1', '2'])
  })

  it('of an axis that the model makes of the steps: there may be as many, or one more, by chance', () => {
    for (const size of [3, 4]) {
      const value = map([2, size, size], [1 / size])
      const [own] = read('attention.text', value, { axes: ['batch', size, size] })
      expect(own?.keys).toEqual(Array.from({ length: size }, (_, step) => String(step + 1)))
      expect(sampleLanes(own ? [own] : [])[0]?.token).toBeUndefined()
    }
  })

  it('of several sequences one after the other, each of which has a lane', () => {
    // The first sample alone, as samples are explained: three words, four steps of sound.
    const alone: Batch = {
      ...batch,
      indices: Int32Array.of(0),
      size: 1,
      features: {
        text: batchFeature([1, 3, 1], [3]),
        audio: batchFeature([1, 4, 1], [4]),
      },
    }
    const value = map([1, 1, 7, 7], [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
    const dimension = 'audio_time+text_time'
    const axes = ['batch', 1, dimension, dimension]
    const found = sampleAttention(alone, [mapOf('attention.fused', value, axes)], 0, options)
    expect(found[0]?.keys.slice(1, 4)).toEqual(['text so', 'text good', 'audio 1'])
    const lanes = sampleLanes(found)
    expect(lanes.map(({ title }) => title)).toEqual(['fused: text', 'fused: audio'])
    expect(lanes[0]?.steps.map(({ label }) => label)).toEqual(['not', 'so', 'good'])
    expect(lanes[0]?.steps[0]?.value).toBeCloseTo(0.3, 6)
    expect(lanes[1]?.steps.map(({ label }) => label)).toEqual(['1', '2', '3', '4'])
    // With padding between them the steps are only numbered.
    const padded = map([2, 1, 8, 8], [1 / 8])
    const [numbered] = read('attention.fused', padded, { axes })
    expect(numbered?.parts).toBeUndefined()
  })

  it('of sequences that are no modality', () => {
    const [fused] = read('attention.fused', map([2, 7, 7], [1 / 7]))
    expect(fused?.title).toBe('fused attends to itself')
    expect(fused?.keys).toHaveLength(7)
  })
})

const sidesOf = (name: string) => {
  const map = describeMap(name)
  if (map.kind !== 'attention') throw new Error(`${name} is no attention`)
  return { asking: map.query, asked: map.keys, first: map.layer === 'first' }
}
const looked = (name: string, keys: readonly string[], row: readonly number[]): AttentionMap => ({
  name,
  ...sidesOf(name),
  title: name,
  queries: ['1', '2'],
  keys,
  weights: [row, row],
})
const words = ['not', 'so', 'good']
const numbers = ['1', '2', '3', '4', '5', '6']

/** One step a word of text, two windows of sound. */
const effects: readonly Lane[] = [
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

describe('lanes of a sample', () => {
  const maps = [
    looked('attention.text', words, [0.2, 0.2, 0.6]),
    looked('attention.audio_to_text', words, [0.4, 0.2, 0.4]),
    looked('attention.text_to_audio', numbers, [0, 0, 0.5, 0.5, 0, 0]),
    looked('attention.text.first', words, [1, 0, 0]),
  ]
  const mask = {
    modality: 'vision',
    steps: ['1', '2'],
    values: [
      [0.2, 0.4],
      [1, 0.8],
    ],
  } as const

  it('are one a sequence that is looked at, over all maps but those of a first look', () => {
    const lanes = sampleLanes(maps, [mask])
    expect(lanes.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      'attention text',
      'attention audio',
      'mask vision',
    ])
    const [text, , vision] = lanes
    for (const [at, share] of [0.3, 0.2, 0.5].entries()) {
      expect(text?.steps[at]?.value).toBeCloseTo(share, 12)
    }
    expect(vision?.steps.map(({ value }) => value.toFixed(1))).toEqual(['0.3', '0.9'])
    const [first] = maps.slice(-1)
    expect(sampleLanes(first ? [first] : [])[0]?.steps[0]?.value).toBe(1)
  })

  it('have the words of aligned sequences once, in the order of words, sound and face', () => {
    const lanes = sampleLanes([
      looked('attention.vision', words, [1, 0, 0]),
      looked('attention.text', words, [0, 1, 0]),
      looked('attention.fused', words, [0, 0, 1]),
    ])
    expect(lanes.map(({ title }) => title)).toEqual(['text', 'vision', 'fused'])
    expect(renderLanes(lanes).match(/not +so +good/g)).toHaveLength(1)
  })

  it('know their largest steps, the earlier of equal ones first', () => {
    const [, audio] = sampleLanes(maps)
    const top = audio ? topSteps(audio, 3) : []
    expect(top.map(({ at }) => at)).toEqual([2, 3, 0])
  })

  it('lie over one axis in a terminal, whatever their lengths', () => {
    const text = renderLanes(sampleLanes(maps, [mask]), 30)
    expect(text.split('\n')).toEqual([
      '                    not       so        good',
      ' attention to text  ▅▅▅▅▅▅▅▅▅▅▄▄▄▄▄▄▄▄▄▄██████████  3 steps',
      '                    most: good (3) 50.0%, not (1) 30.0%, so (2) 20.0%',
      'attention to audio            ██████████            6 steps',
      '                    most: step 3 50.0%, step 4 50.0%, step 1 0.0%, step 2 0.0%, step 5 0.0%',
      '    mask on vision  ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃███████████████  2 steps',
      '                    let through: step 2 90.0%, step 1 30.0%',
      '                    └────────────────────────────┘',
      '                    beginning                  end',
    ])
  })

  it('of effects have what speaks for a score over what speaks against it, on one scale', () => {
    expect(renderLanes(effects, 30).split('\n')).toEqual([
      '                 not       so        good',
      ' effect of text +▄▄▄▄▄▄▄▄▄▄          ██████████  3 steps',
      '                -          ▂▂▂▂▂▂▂▂▂▂',
      '                 most: good (3) +20.0, not (1) +10.0, so (2) -5.0 points',
      'effect of audio +▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                 21 steps in 2 windows',
      '                 most: steps 1–10 +10.0, steps 11–21 0.0 points',
      '                 └────────────────────────────┘',
      '                 beginning                  end',
    ])
    const sentiment = effects.map((lane) => ({ ...lane, unit: 'sentiment' as const }))
    expect(renderLanes(sentiment)).toContain(
      'most: good (3) +0.200, not (1) +0.100, so (2) -0.050\n',
    )
  })

  it('of effects are coloured from blue to orange about 0, in points of probability', async () => {
    const svg = await laneChart({ title: 'Sample', lanes: effects })
    expect(svg).toContain('>effect of audio</text>')
    expect(svg).toContain('>Effect, in points</text>')
    expect(svg).toContain('>−20</text>')
    expect(svg).toContain('>good</text>')
    // A window's numbers are no words to stand over it.
    expect(svg).not.toContain('>1–10</text>')
    const fillOf = (label: string) =>
      new RegExp(`aria-label="effect of ${label}"[^>]*fill="([^"]+)"`).exec(svg)?.[1]
    expect(fillOf('text, so: -0.050')).toMatch(/^rgb/)
    const [red, , blue] = (fillOf('text, good: 0.200')?.match(/\d+/g) ?? []).map(Number)
    expect(red).toBeGreaterThan(blue ?? Number.NaN)
    const [low = 0, , high = 0] = (fillOf('text, so: -0.050')?.match(/\d+/g) ?? []).map(Number)
    expect(high).toBeGreaterThan(low)
    const still = effects.map((lane) => ({
      ...lane,
      unit: 'sentiment' as const,
      steps: lane.steps.map(({ label }) => ({ label, value: 0 })),
    }))
    expect(await laneChart({ title: 'Sample', lanes: still })).toContain(
      '>Effect on sentiment</text>',
    )
  })

  it('are drawn with a cell a step, and words over those that have them', async () => {
    const svg = await laneChart({ title: 'Sample', lanes: sampleLanes(maps, [mask]) })
    const groups = [...svg.matchAll(/<g class="mark-rect role-mark[^"]*"[^>]*>(.*?)<\/g>/gs)]
    const cells = groups.flatMap(([, inside = '']) => inside.match(/<path [^>]*>/g) ?? [])
    expect(cells.length).toBe(3 + 6 + 2)
    for (const text of ['good', 'mask on vision', 'Let through', 'Relative attention']) {
      expect(svg).toContain(`>${text}</text>`)
    }
    expect(svg).toContain('aria-label="text, good: 0.500"')
    // Steps of a lane of six are a sixth of the axis wide.
    const widths = cells.map((cell) => /d="M[^"]*?h([\d.]+)/.exec(cell)?.[1]).map(Number)
    expect(widths[0]).toBeCloseTo(560 / 3, 3)
    expect(widths[3]).toBeCloseTo(560 / 6, 3)
  })

  it('must have steps', () => {
    expect(() => laneChart({ title: 'Sample', lanes: [] })).toThrowError(/no lane/)
    const empty = { kind: 'mask', title: 'text', steps: [] } as const
    expect(() => laneChart({ title: 'Sample', lanes: [empty] })).toThrowError(/Sample, text/)
  })
})
