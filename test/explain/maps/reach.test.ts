/** The windows that attention heads have learned. */
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src/data/batch.js'
import { explainWindows } from '../../../src/explain/maps/reach.js'
import { describeMap } from '../../../src/models/define/maps.js'
import { windowBars } from '../../../src/report/charts/cells/window-bars.js'
import { explainPage } from '../../../src/report/pages/explanation/page.js'
import { smallContent, splitOf } from '../../support/datasets.js'
import { mapOf } from '../../support/models/maps.js'
import { marksOf, textsOf } from '../../support/report/charts.js'

const windows = [
  { sequence: 'text', steps: [2.5, 10] },
  { sequence: 'audio', steps: [0, 7.25] },
]

describe('learned windows', () => {
  it('are maps by their name', () => {
    expect(describeMap('window.text')).toEqual({
      ...{ kind: 'window', name: 'window.text', sequence: 'text' },
    })
    expect(describeMap('window').kind).toBe('other')
    expect(describeMap('window.text.more').kind).toBe('other')
  })

  it('are read off one sample, whatever else the model shows', async () => {
    const asked: [size: number, maps: readonly string[]][] = []
    const value = { dataType: 'float32', shape: [1, 2], data: Float32Array.of(2.5, 10) } as const
    const model = {
      maps: [],
      run: (batch: Batch, wanted: readonly string[] = []) => {
        asked.push([batch.size, wanted])
        const maps = [mapOf('window.text', value), mapOf('shift', value)]
        return Promise.resolve({ prediction: value, maps })
      },
    }
    const split = splitOf('a', smallContent)
    const found = await explainWindows(model, split, { inputs: ['text'], maps: ['window.text'] })
    expect(found).toEqual([{ sequence: 'text', steps: [2.5, 10] }])
    expect(asked).toEqual([[1, ['window.text']]])
  })

  it('are bars as long as the windows, with their steps', async () => {
    const svg = windowBars({ title: 'Windows' }, windows)
    const bars = [...svg.matchAll(/aria-label="([^"]*): ([\d.]+) steps"[^>]* width="([\d.]+)"/g)]
    expect(bars.map(([, name, count]) => [name, count])).toEqual([
      ['text, head 1', '2.5'],
      ['text, head 2', '10.0'],
      ['audio, head 1', '0.0'],
      ['audio, head 2', '7.3'],
    ])
    const [short, long] = bars.map(([, , , width]) => Number(width))
    expect(long).toBeCloseTo(4 * (short ?? NaN), 5)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['text', 'audio', 'head 2', '10.0']))
    expect(marksOf(svg, 'rect').length).toBeGreaterThan(0)
  })

  it('have a section of their own on the page', async () => {
    const content = {
      model: {
        ...{ name: 'hda', title: 'delta attention', settings: {}, parameters: 1, inputs: [] },
        ...{ flops: 1, steps: {}, source: 'a test', flopsByOperator: new Map<string, number>() },
      },
      data: { name: 'made up', synthetic: true, split: 'test', samples: 9 },
    }
    const page = await explainPage({ ...content, windows })
    expect(page.html).toContain('Learned windows')
    expect([...page.figures.keys()]).toContain('windows')
    expect((await explainPage(content)).html).not.toContain('Learned windows')
  })
})
