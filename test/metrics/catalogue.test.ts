import { describe, expect, it } from 'vitest'
import {
  classificationMetrics,
  describeMetric,
  metricCatalogue,
  multilabelMetrics,
  sentimentMetrics,
  sevenPointScale,
  splitMetricName,
  unitScale,
} from '../../src/metrics/index.js'

describe('the catalogue of metrics', () => {
  it('has every metric that is one number', () => {
    const { perLabel, mean, ...sets } = multilabelMetrics([1, -1], [1, 0], 1)
    const { perClass, confusion, ...single } = classificationMetrics([0, 1], [0, 1], 2)
    const scales = [sevenPointScale, unitScale]
    const [seven, unit] = scales.map((scale) => sentimentMetrics([1, -1], [1, -1], scale))
    const all = { ...seven, ...unit, ...single, ...mean, ...sets }
    expect(Object.keys(metricCatalogue).sort()).toEqual(Object.keys(all).sort())
    expect([perLabel.length, perClass.length, confusion.length]).toEqual([1, 2, 2])
  })

  it('knows the metrics of a class by what stands before the dot', () => {
    expect(describeMetric('f1.happy')).toMatchObject({ label: 'F1 of happy', better: 'higher' })
    expect(describeMetric('weightedAccuracy.very.sad')?.label).toBe('WAcc of very.sad')
    expect(splitMetricName('f1.very.sad')).toEqual({ metric: 'f1', of: 'very.sad' })
    expect(describeMetric('mae')).toMatchObject({ label: 'MAE', better: 'lower', digits: 3 })
    expect(describeMetric('loss')).toMatchObject({ better: 'lower' })
    expect(describeMetric('happiness')).toBeUndefined()
    expect(describeMetric('toString')).toBeUndefined()
  })

  it('names the SelfCross document’s figures for what they are', () => {
    expect(describeMetric('classMeanAccuracy')).toMatchObject({ label: 'UAR' })
    expect(describeMetric('classMeanAccuracy')?.title).toContain('calls it WA')
    expect(describeMetric('accuracy')?.title).toContain('calls it UWA')
  })
})

describe('the accuracy of the highest score', () => {
  it('holds one choice against the emotions that are there, and leaves out samples without any', () => {
    const logits = [
      ...[2, 1, 0], // present
      ...[0, 3, 1], // not present
      ...[5, 0, 0], // no emotion at all
      ...[-3, -2, -1], // present though below every threshold
    ]
    const truths = [1, 1, 0, 1, 0, 2, 0, 0, 0, 0, 0, 1]
    expect(multilabelMetrics(logits, truths, 3).highestScore).toBeCloseTo(2 / 3, 12)
    expect(multilabelMetrics([1, 2], [0, 0], 2).highestScore).toBeNaN()
  })
})
