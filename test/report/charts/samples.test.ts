import { describe, expect, it } from 'vitest'
import { sampleLanes } from '../../../src/faces/explain.js'
import { laneChart } from '../../../src/report/charts/samples/lanes.js'
import { waterfall } from '../../../src/report/charts/samples/waterfall.js'
import { marksOf, textsOf } from '../../support/report/charts.js'
import { effects, maps, mask } from '../../support/report/lanes.js'

describe('a waterfall', () => {
  const end = (name: string, value: number) => ({ name, value, label: value.toFixed(1) })
  const chart = {
    ...{ title: 'Sample', figure: 'Sentiment', from: end('Average', 0.5) },
    parts: [end('Text', 1), end('Audio', -0.25)],
    to: end('Sample', 1.25),
  }

  it('has a bar a part from what was reached before, and its ends', () => {
    const svg = waterfall(chart)
    const texts = textsOf(svg)
    for (const text of ['Average', 'Text', 'Audio', 'Sample', '1.0', '-0.3', 'Sentiment']) {
      expect(texts).toContain(text)
    }
    expect(svg.match(/fill="#d98432"/g)?.length).toBe(1)
    expect(svg.match(/fill="#3f7fb5"/g)?.length).toBe(1)
    expect(svg).toContain('aria-label="Text: 1.0"')
  })

  it('refuses numbers that are none', () => {
    const parts = [end('Text', Number.NaN)]
    expect(() => waterfall({ ...chart, parts })).toThrowError(/Sample: invalid contributions/)
  })
})

describe('lanes', () => {
  it('of effects are coloured from blue to orange about 0, in points of probability', () => {
    const svg = laneChart({ title: 'Sample', lanes: effects })
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
    expect(laneChart({ title: 'Sample', lanes: still })).toContain('>Effect on sentiment</text>')
  })

  it('are drawn with a cell a step, and words over those that have them', () => {
    const svg = laneChart({ title: 'Sample', lanes: sampleLanes(maps, [mask]) })
    const cells = marksOf(svg, 'rect')
    expect(cells.length).toBe(3 + 6 + 2)
    for (const text of ['good', 'mask on vision', 'Let through', 'Relative attention']) {
      expect(svg).toContain(`>${text}</text>`)
    }
    expect(svg).toContain('aria-label="text, good: 0.500"')
    // Steps of a lane of six are a sixth of the axis wide.
    const widths = cells.map((cell) => / width="([\d.]+)/.exec(cell)?.[1]).map(Number)
    expect(widths[0]).toBeCloseTo(560 / 3, 2)
    expect(widths[3]).toBeCloseTo(560 / 6, 2)
  })

  it('must have steps', () => {
    expect(() => laneChart({ title: 'Sample', lanes: [] })).toThrowError(/no lane/)
    const empty = { kind: 'mask', title: 'text', steps: [] } as const
    expect(() => laneChart({ title: 'Sample', lanes: [empty] })).toThrowError(/Sample, text/)
  })
})
