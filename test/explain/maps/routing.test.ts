/** For which classes parts speak, and numbers of single steps. */
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src/data/batch.js'
import {
  explainRouting,
  sampleLanes,
  sampleRouting,
  sampleSteps,
} from '../../../src/faces/explain.js'
import { describeMap } from '../../../src/models/define/maps.js'
import { laneChart } from '../../../src/report/charts/samples/lanes.js'
import { explainPage } from '../../../src/report/pages/explanation/page.js'
import { renderText } from '../../../src/report/tables/text.js'
import { renderLanes } from '../../../src/report/text/lanes.js'
import { sampleRoutingTable } from '../../../src/report/text/routing.js'
import type { Value } from '../../../src/runtime/session.js'
import { batchFeature, smallContent, splitOf } from '../../support/datasets.js'
import { mapOf } from '../../support/models/maps.js'

const value = (shape: number[], data: number[]): Value => ({
  dataType: 'float32',
  shape,
  data: Float32Array.from(data),
})
const parts = 'text+audio+text_audio'
/** Two samples, three parts, two classes. */
const coefficients = value([2, 3, 2], [0.25, 0.75, 0.5, 0.5, 1, 0, 0, 1, 0, 1, 0.5, 0.5])
const strengths = value([2, 3], [0.5, 0.25, 1, 0, 0.125, 0.75])
const maps = [mapOf(`routing.${parts}`, coefficients), mapOf(`activation.${parts}`, strengths)]

describe('maps by their names', () => {
  it('route parts, or number steps', () => {
    expect(describeMap(`routing.${parts}`)).toEqual({
      kind: 'routing',
      name: `routing.${parts}`,
      parts: [['text'], ['audio'], ['text', 'audio']],
    })
    expect(describeMap('routing.text.iteration 1')).toMatchObject({ layer: 'iteration 1' })
    expect(describeMap('activation.text')).toMatchObject({ kind: 'activation', parts: [['text']] })
    expect(describeMap('steps.text.audio_gate')).toEqual({
      ...{ kind: 'steps', name: 'steps.text.audio_gate' },
      ...{ sequence: 'text', what: 'audio gate' },
    })
    for (const name of [
      'routing',
      'activation.text.more',
      'steps.text',
      'steps.text.a.b',
      'shift',
    ]) {
      expect(describeMap(name).kind).toBe('other')
    }
  })
})

describe('routing', () => {
  it('of a sample has the strengths of the same parts', () => {
    expect(sampleRouting(maps, 1, ['joy', 'grief'])).toEqual([
      {
        name: `routing.${parts}`,
        parts: ['text', 'audio', 'text + audio'],
        classes: ['joy', 'grief'],
        shares: [
          [0, 1],
          [0, 1],
          [0.5, 0.5],
        ],
        strengths: [0, 0.125, 0.75],
      },
    ])
    const others = [maps[0], mapOf('activation.audio+text', value([2, 2], [1, 1, 1, 1]))]
    const [alone] = sampleRouting(
      others.flatMap((map) => map ?? []),
      0,
      ['joy', 'grief'],
    )
    expect(alone?.strengths).toBeUndefined()
  })

  it('of a split is the mean of its samples, whatever their batches', async () => {
    const asked: string[] = []
    const model = {
      maps: [],
      run: (batch: Batch, wanted: readonly string[] = []) => {
        asked.push(...wanted)
        // Sample 0 speaks for joy, 1 and 2 for grief.
        const rows = [...batch.indices]
        const prediction = value([rows.length, 1], rows)
        return Promise.resolve({
          prediction,
          maps: [
            mapOf(
              'routing.text',
              value(
                [rows.length, 1, 2],
                rows.flatMap((row) => (row === 0 ? [1, 0] : [0, 1])),
              ),
            ),
            mapOf(
              'activation.text',
              value(
                [rows.length, 1],
                rows.map((row) => row / 2),
              ),
            ),
          ],
        })
      },
    }
    for (const batchSize of [1, 2, 3]) {
      const [mean, ...more] = await explainRouting(
        model,
        splitOf('a', smallContent),
        ['joy', 'grief'],
        {
          ...{ inputs: ['text', 'audio'], maps: ['routing.text', 'activation.text'], batchSize },
        },
      )
      expect(more).toEqual([])
      expect(mean?.shares[0]?.[0]).toBeCloseTo(1 / 3, 12)
      expect(mean?.shares[0]?.[1]).toBeCloseTo(2 / 3, 12)
      expect(mean?.strengths?.[0]).toBeCloseTo(0.5, 12)
    }
    expect(new Set(asked)).toEqual(new Set(['routing.text', 'activation.text']))
  })

  it('is a table, in a terminal and on the page', async () => {
    const sample = { id: 'clip 1', truth: 'grief', prediction: 'joy' }
    const [routing] = sampleRouting(maps, 0, ['joy', 'grief'])
    if (!routing) throw new Error('no routing')
    const text = renderText(sampleRoutingTable(sample, routing))
    expect(text).toMatch(/clip 1 \(true grief, predicted joy\)/)
    expect(text).toMatch(/text \+ audio +1\.00 +100\.0 +0\.0/)
    const { html } = await explainPage({
      model: {
        ...{ name: 'router', title: 'routes', settings: {}, parameters: 1, inputs: [] },
        ...{ flops: 1, steps: {}, source: 'a test', flopsByOperator: new Map() },
      },
      data: { name: 'made up', synthetic: true, split: 'test', samples: 9 },
      samples: [{ ...sample, attention: [], routing: [routing] }],
      routing: [routing],
    })
    expect(html).toContain('on average over 9 samples')
    expect(html).toContain('parts of sample clip 1')
  })
})

describe('numbers of steps', () => {
  const batch: Batch = {
    ...{ indices: Int32Array.of(0, 1), size: 2, targets: {}, padding: 0 },
    features: { text: batchFeature([2, 3, 1], [3, 2]) },
  }
  const gates = [mapOf('steps.text.audio_gate', value([2, 3], [0.5, -0.25, 1, 0.75, 0.5, 9]))]
  const options = { words: ['not', 'so', 'good'], aligned: true }

  it('are cut to the true steps, named by their words', () => {
    const [first] = sampleSteps(batch, gates, 0, options)
    expect(first).toMatchObject({ title: 'audio gate of text', steps: ['not', 'so', 'good'] })
    expect(first?.values).toEqual([0.5, -0.25, 1])
    expect(sampleSteps(batch, gates, 1, options)[0]).toMatchObject({
      ...{ steps: ['1', '2'], values: [0.75, 0.5] },
    })
  })

  it('of several parts are the numbers of each, of all heads together or of each', () => {
    const shares = mapOf('shares.text_before+text', value([2, 3, 2], [0.25, 0.75, 1, 0, 0.5, 0.5]))
    const found = sampleSteps(batch, [shares], 0, options)
    expect(found).toMatchObject([
      { title: 'attention on text before', sequence: 'text', values: [0.25, 1, 0.5] },
      { title: 'attention on text', steps: ['not', 'so', 'good'], values: [0.75, 0, 0.5] },
    ])
    const heads = value([1, 2, 3, 1], [0, 0.5, 1, 1, 0.5, 0])
    const both = [mapOf('shares.audio', heads)]
    expect(sampleSteps(batch, both, 0, options)[0]?.values).toEqual([0.5, 0.5, 0.5])
    const [, second] = sampleSteps(batch, both, 0, { ...options, heads: 'each' })
    expect(second).toMatchObject({ title: 'attention on audio, head 2', values: [1, 0.5, 0] })
  })

  it('of a graph of modalities are the flow along each edge', () => {
    const edges = Array.from({ length: 15 }, (_, place) => place / 10)
    const graph = mapOf('graph.text_audio', value([1, 3, 5], edges))
    const found = sampleSteps(batch, [graph], 0, options)
    expect(found.map(({ title }) => title)).toEqual([
      'flow from text to text + audio',
      'flow from audio to text + audio',
      'flow from text to top',
      'flow from audio to top',
      'flow from text + audio to top',
    ])
    for (const [step, flow] of [0.1, 0.6, 1.1].entries()) {
      expect(found[1]?.values[step]).toBeCloseTo(flow, 6)
    }
  })

  it('are lanes of their own', () => {
    const lanes = sampleLanes([], [], sampleSteps(batch, gates, 0, options))
    expect(lanes).toMatchObject([{ kind: 'value', title: 'audio gate of text' }])
    const text = renderLanes(lanes, 30)
    expect(text).toContain('most: good (3) 1.000, not (1) 0.500, so (2) -0.250')
    const svg = laneChart({ title: 'Sample', lanes })
    expect(svg).toContain('>audio gate of text</text>')
    expect(svg).toContain('audio gate of text, so: -0.250')
    expect(svg).toContain('>Value</text>')
  })
})
