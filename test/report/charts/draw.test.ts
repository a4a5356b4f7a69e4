import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attentionMaps } from '../../../src/report/charts/cells/attention-maps.js'
import { namesBelow, namesLeft } from '../../../src/report/charts/draw/axes.js'
import {
  colourOf,
  horizontalLegend,
  verticalLegend,
} from '../../../src/report/charts/draw/colours.js'
import { label, moved, rectangle, together } from '../../../src/report/charts/draw/pieces.js'
import { waterfall } from '../../../src/report/charts/samples/waterfall.js'
import { fitted, textWidth } from '../../../src/report/charts/style/text-width.js'
import { marksOf, textsOf } from '../../support/report/charts.js'

/** The numbers of some attributes of an element. */
function numbersOf(tag: string | undefined, ...names: readonly string[]): number[] {
  return names.map((name) => Number(new RegExp(` ${name}="([^"]+)"`).exec(tag ?? '')?.[1]))
}

describe('pieces of a chart', () => {
  it('know the room that they take, alone, together and moved', () => {
    const one = rectangle({ left: 1, top: 2, right: 5, bottom: 4 }, { fill: '#fff' })
    const other = rectangle({ left: -3, top: 3, right: 0, bottom: 9 }, { fill: '#fff' })
    const both = { left: -3, top: 2, right: 5, bottom: 9 }
    expect(together([one, other]).box).toEqual(both)
    expect(together([together([]), one, other]).box).toEqual(both)
    expect(moved(one, 10.4, -1.6).box).toEqual({ left: 11, top: 0, right: 15, bottom: 2 })
    expect(moved(one, 10.4, -1.6).svg).toContain('translate(10,-2)')
  })

  it('a text takes its width to the side that it is not anchored at, and upwards when turned', () => {
    const width = textWidth('attention', 10)
    expect(label('attention', 7, 0, { size: 10 }).box).toMatchObject({ left: 7, right: 7 + width })
    const end = label('attention', 7, 0, { size: 10, anchor: 'end' }).box
    expect(end).toMatchObject({ left: 7 - width, right: 7 })
    const up = label('attention', 0, 0, { size: 10, angle: -90 }).box
    expect(up.top).toBeCloseTo(-width, 9)
    expect(up.right - up.left).toBeCloseTo(10.5, 9)
  })

  it('a text that is cut is no wider than its limit, and says that it was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 12, max: 80 }),
        (text, limit) => {
          const shown = fitted(text, 11, limit)
          expect(textWidth(shown, 11)).toBeLessThanOrEqual(limit)
          if (shown !== text) {
            expect(shown.endsWith('…')).toBe(true)
            expect(text.startsWith(shown.slice(0, -1))).toBe(true)
          }
        },
      ),
    )
  })

  it('leave out names that would cover one another, evenly', () => {
    const places = Array.from({ length: 16 }, (_, row) => ({ at: 4 * row, name: String(row) }))
    const shown = textsOf(namesLeft(places).svg)
    expect(shown).toEqual(['0', '4', '8', '12'])
    const wide = places.map(({ at, name }) => ({ at: 10 * at, name: `feature ${name}` }))
    expect(textsOf(namesBelow(wide).svg)).toEqual(
      wide.filter((_, at) => at % 2 === 0).map(({ name }) => name),
    )
  })
})

describe('colours', () => {
  const colours = { scheme: 'blueOrange', domain: [-2, 2] } as const

  it('run from end to end of a domain, and stay there beyond it', () => {
    const colour = colourOf(colours)
    expect([colour(-2), colour(-9)]).toEqual(['rgb(19, 75, 133)', 'rgb(19, 75, 133)'])
    expect(colour(0)).toBe('rgb(242, 240, 235)')
    expect(colour(2)).toBe('rgb(153, 74, 7)')
    // A domain of one value has the colour in the middle.
    expect(colourOf({ ...colours, domain: [1, 1] })(1)).toBe('rgb(242, 240, 235)')
  })

  it('have a legend whose numbers stand where their colours are', () => {
    const legend = { ...colours, title: 'Effect', id: 'chart-1' }
    const { svg } = horizontalLegend(legend)
    expect(textsOf(svg)).toEqual(['Effect', '−2', '−1', '0', '1', '2'])
    const places = svg
      .match(/<text[^>]*>/g)
      ?.slice(1)
      .flatMap((tag) => numbersOf(tag, 'x'))
    expect(places).toEqual([0, 40, 80, 120, 160])
    expect(svg).toContain('aria-label="Colours of Effect, −2 to 2"')
    const upright = verticalLegend({ ...legend, domain: [0, 1] }, 100, '.0%')
    expect(textsOf(upright.svg)).toEqual(['Effect', '0%', '20%', '40%', '60%', '80%', '100%'])
  })

  it('have a legend that tells small numbers apart', () => {
    const legend = { ...colours, domain: [0, 0.004], title: 'Attention', id: 'chart-1' } as const
    expect(textsOf(horizontalLegend(legend).svg).slice(1)).toEqual([
      ...['0', '0.001', '0.002', '0.003', '0.004'],
    ])
  })
})

describe('what is drawn', () => {
  it('has bars from what was reached before a part to what it makes of that', () => {
    const end = (name: string, value: number) => ({ name, value, label: String(value) })
    const svg = waterfall({
      ...{ title: 'Sample', figure: 'Sentiment' },
      ...{ from: end('Average', 0), parts: [end('Text', 3), end('Audio', -1)], to: end('All', 2) },
    })
    // From 0 to 3 over 440 pixels; rows are 28 high.
    const [text, audio] = marksOf(svg, 'rect')
    expect(numbersOf(text, 'x', 'width', 'y', 'height')).toEqual([0, 440, 34, 16])
    expect(numbersOf(audio, 'x', 'width', 'y')).toEqual([293.33, 146.67, 62])
  })

  it('has a cell a weight, queries downwards and keys across', () => {
    const weights = [
      [0.1, 0.9, 0],
      [0.4, 0.3, 0.3],
    ]
    const map = {
      title: 'text attends to audio',
      queries: ['a', 'b'],
      keys: ['x', 'y', 'z'],
      weights,
    }
    const svg = attentionMaps({ title: 'Sample', maps: [map, map] })
    const cells = marksOf(svg, 'rect')
    expect(cells).toHaveLength(12)
    const last = cells.find((cell) => cell.includes('"b to y: 0.30"'))
    expect(numbersOf(last, 'x', 'y', 'width', 'height')).toEqual([24, 24, 24, 24])
    // One scale of colours for all maps, from 0 to the largest weight.
    expect(cells.find((cell) => cell.includes('"a to y: 0.90"'))).toContain('fill="#fde725"')
    expect(cells.find((cell) => cell.includes('"a to z: 0.00"'))).toContain('fill="#440154"')
  })
})
