import { describe, expect, it } from 'vitest'
import { attentionMaps } from '../../../src/report/charts/cells/attention-maps.js'
import { confusionHeatmap } from '../../../src/report/charts/cells/confusion-heatmap.js'
import { maskHeatmap } from '../../../src/report/charts/cells/mask-heatmap.js'
import { boxPlots } from '../../../src/report/charts/runs/box-plots.js'
import { classBars } from '../../../src/report/charts/runs/class-bars.js'
import { comparisonBars } from '../../../src/report/charts/runs/comparison-bars.js'
import { learningCurves } from '../../../src/report/charts/runs/learning-curves.js'
import { predictionScatter } from '../../../src/report/charts/runs/prediction-scatter.js'
import { laneChart } from '../../../src/report/charts/samples/lanes.js'
import { waterfall } from '../../../src/report/charts/samples/waterfall.js'
import { htmlReport } from '../../../src/report/html/report.js'
import { actsOnTerminals, hostileTexts } from '../../support/report/hostile.js'
import { xmlFault } from '../../support/report/xml.js'

/** Every chart, with one text wherever it takes a name. */
const charts: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'attention maps': (text) =>
    attentionMaps({
      title: text,
      subtitle: text,
      maps: [
        {
          title: text,
          queries: [text, 'b'],
          keys: ['a', text],
          weights: [
            [0.5, 0.5],
            [1, 0],
          ],
        },
      ],
    }),
  'box plots': (text) =>
    boxPlots({
      ...{ title: text, subtitle: text, figure: text },
      groups: [
        { name: text, values: [1, 2, 3, 4, 5], reported: 2 },
        { name: 'other', values: [1, 2] },
      ],
    }),
  'bars of classes': (text) =>
    classBars({
      ...{ title: text, subtitle: text, figure: text, classes: [text, 'other'] },
      groups: [
        {
          name: text,
          values: [
            [0.5, 0.6],
            [0.2, 0.3],
          ],
        },
        {
          name: 'other',
          values: [
            [0.1, 0.4],
            [0.2, 0.1],
          ],
        },
      ],
    }),
  'bars of models': (text) =>
    comparisonBars({
      ...{ title: text, subtitle: text, figure: text },
      models: [
        { name: text, values: [1, 2], reported: 1.5 },
        { name: 'other', values: [1] },
      ],
    }),
  confusion: (text) =>
    confusionHeatmap({
      ...{ title: text, subtitle: text, classes: [text, 'other'] },
      counts: [
        [1, 2],
        [3, 4],
      ],
    }),
  lanes: (text) =>
    laneChart({
      ...{ title: text, subtitle: text },
      lanes: (['attention', 'mask', 'effect'] as const).map((kind) => ({
        ...{ kind, title: text, unit: 'probability' as const },
        steps: [
          { label: text, value: 0.5 },
          { label: 'b', value: 0.2 },
        ],
      })),
    }),
  'learning curves': (text) =>
    learningCurves({
      ...{ title: text, subtitle: text, figure: text },
      series: [
        {
          name: text,
          runs: [
            [1, 0.5],
            [0.9, 0.4],
          ],
        },
        { name: 'other', runs: [[1, 0.7]] },
      ],
    }),
  masks: (text) =>
    maskHeatmap({
      ...{ title: text, subtitle: text, classTitle: text },
      ...{
        features: [text, 'b'],
        classes: [text, 'neg'],
        values: [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
      },
    }),
  waterfall: (text) =>
    waterfall({
      ...{ title: text, subtitle: text, figure: text },
      from: { name: text, value: 1, label: text },
      parts: [
        { name: text, value: 0.5, label: text },
        { name: 'b', value: -2, label: '-2' },
      ],
      to: { name: text, value: -0.5, label: text },
    }),
  scatter: (text) =>
    predictionScatter({ title: text, subtitle: text, truths: [1, -1], predictions: [0.5, 0] }),
}

const mark = /<(?:path|rect|line)/g

describe('charts of hostile names', () => {
  it.each(Object.entries(charts))('%s are pictures of text, and XML', async (_, draw) => {
    const plain = await draw('plain')
    for (const text of hostileTexts) {
      const svg = await draw(text)
      expect(xmlFault(svg), JSON.stringify(text)).toBeUndefined()
      expect(svg).not.toMatch(actsOnTerminals)
      // Names neither take marks away nor bring others.
      expect(svg.match(mark)?.length).toBe(plain.match(mark)?.length)
      const sections = [{ title: 's', blocks: [{ kind: 'figure' as const, svg, caption: text }] }]
      expect(htmlReport({ title: text, sections })).not.toMatch(actsOnTerminals)
    }
  })
})

describe('the check of XML', () => {
  it.each([
    '<a><b></a></b>',
    '<a>&nbsp;</a>',
    '<a>\u0001</a>',
    '<a b="1" b="2"/>',
    '<a b=1/>',
    '<a>\ud83d</a>',
    '<a/><b/>',
    '<a b="<"/>',
    'x<a/>',
    '<a>]]></a>',
  ])('finds what is wrong with %j', (text) => {
    expect(xmlFault(text)).toBeDefined()
  })
})
