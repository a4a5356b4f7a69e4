import { describe, expect, it } from 'vitest'
import { type Split, splitNames } from '../../../../src/data/dataset.js'
import { openDataset } from '../../../../src/data/open.js'
import {
  kFoldsBySpeaker,
  randomSplitsBySpeaker,
  speakersOf,
} from '../../../../src/data/prepare/split/index.js'
import { sharedPath } from '../../../support/folders.js'
import { corpus } from './numbered.js'

describe('speakers', () => {
  const told = (...ids: string[]) => speakersOf({ ids, features: {}, targets: {} })

  it('are told from known ids', () => {
    expect(told('Ses01F_impro01_F000', 'Ses01F_impro01_M003', 'Ses05M_script01_1b_M017')).toEqual([
      'Ses01F',
      'Ses01M',
      'Ses05M',
    ])
    expect(told('Actor_01/03-01-06-01-02-01-01.wav', 'actor23$_$03-01-08-02-02-02-23')).toEqual([
      'actor1',
      'actor23',
    ])
    expect(told('03-01-06-01-02-01-12.wav', '03-01-06-01-02-01-12')).toEqual(['actor12', 'actor12'])
    expect(told('1DmNV9C1hbY$_$12', '_dI--eQ6qVU[3]', 'x_y_4', 'speaker012[7]')).toEqual([
      '1DmNV9C1hbY',
      '_dI--eQ6qVU',
      'x_y',
      'speaker012',
    ])
    expect(told('train-0', 'a[1]')).toBeUndefined()
  })

  it('are what the source says, where it says', () => {
    const split = { ids: ['a[1]'], speakers: ['Ann'], features: {}, targets: {} }
    expect(speakersOf(split)).toEqual(['Ann'])
    const nameless = corpus([0, 1, 2, 0, 1, 2, 0, 1])
    const anonymous = ({ speakers: _, ...split }: Split): Split => ({
      ...split,
      ids: split.ids.map((_, row) => `sample ${row}`),
    })
    const { train, valid, test } = nameless.splits
    const splits = { train: anonymous(train), valid: anonymous(valid), test: anonymous(test) }
    expect(() => randomSplitsBySpeaker({ ...nameless, splits })).toThrow(/the speakers are unknown/)
  })

  const ravdess = sharedPath('data', 'ravdess', 'ravdess_av.pkl')
  it.skipIf(ravdess === undefined)(
    'of RAVDESS are its actors (needs the reference data)',
    async () => {
      const dataset = await openDataset(ravdess ?? '', { scan: false })
      const heard = splitNames.map((name) => new Set(speakersOf(dataset.splits[name])).size)
      expect(heard).toEqual([14, 3, 3])
      const [first] = kFoldsBySpeaker(dataset, { folds: 5 })
      expect(new Set(first && speakersOf(first.splits.test)).size).toBe(4)
      dataset.close()
    },
  )
})
