/** How a run's data is opened where only a part of them is needed. */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataConfig } from '../../src/learn/config.js'
import { type DataNeeds, openData } from '../../src/runs/open-data.js'
import { float32Array, type Picklable, writePickle } from '../support/data/pickle-writer.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

const split = (...labels: number[]): Map<string, Picklable> =>
  new Map<string, Picklable>([
    ['id', labels.map((_, row) => `s${labels.length}-${row}`)],
    ['audio', float32Array([labels.length, 1, 2], [...labels, ...labels])],
    ['regression_labels', float32Array([labels.length], labels)],
  ])

async function labelsOf(
  content: Map<string, Picklable>,
  needs: DataNeeds = { only: ['test'] },
  labels = 'rescale',
) {
  const path = at('data.pkl')
  writeFileSync(path, writePickle(content))
  const dataset = await openData(dataConfig.parse({ path, labels }), needs)
  dataset.close()
  const { test, train } = dataset.splits
  return {
    ids: test.ids.length,
    test: [...(test.targets.sentiment ?? [])],
    train: train.ids.length,
    notes: dataset.notes.filter((note) => /labels/.test(note)),
  }
}

describe('labels that are scaled where one split is needed', () => {
  const train = split(1, 2, 3, 4.5, 9)
  const test = split(3, 5)
  const valid = split(2, 4, 8)

  it('are scaled by the range of all splits, as in training', async () => {
    const whole = new Map([
      ['train', train],
      ['valid', valid],
      ['test', test],
    ])
    const trained = await labelsOf(whole, {})
    expect(trained.test).toEqual([-1.5, 0])
    expect((await labelsOf(whole)).test).toEqual(trained.test)
    expect((await labelsOf(whole)).notes).toEqual(['labels from 1 to 9 are scaled to -3 to 3'])
    // Other policies need no other split, which is not read.
    expect(await labelsOf(whole, undefined, 'clip')).toMatchObject({ test: [3, 3], train: 0 })
    expect(await labelsOf(whole, { only: ['test'], unlabelled: true })).toMatchObject({
      ids: 2,
      train: 0,
    })
  })

  it('are scaled by their own range with a remark, where the training split is not there', async () => {
    for (const content of [new Map([['test', test]]), test]) {
      expect(await labelsOf(content)).toMatchObject({
        test: [-3, 3],
        notes: [
          'labels from 3 to 5 are scaled to -3 to 3 by the range of test, since the training split, which may have another, is not there',
        ],
      })
    }
    const small = await labelsOf(new Map([['test', split(1, 2.5)]]))
    expect(small).toMatchObject({
      test: [1, 2.5],
      notes: ['labels of test lie within -3 to 3 and are not scaled'],
    })
  })

  it('are read though the other splits cannot be', async () => {
    const damaged = new Map(train)
    damaged.set('audio', 'nothing')
    const found = await labelsOf(
      new Map([
        ['train', damaged],
        ['test', test],
      ]),
    )
    expect(found.test).toEqual([-3, 3])
    expect(found.notes.join()).toContain('by the range of test')
  })
})
