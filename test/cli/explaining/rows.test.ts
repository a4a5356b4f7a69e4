/** Samples chosen by id. */
import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../../src/cli/explaining/rows.js'

describe('samples chosen by id', () => {
  const ids = ['a', 'b', 'a', 'c#1', 'a']

  it('are found once each', () => {
    expect(rowsOf(ids, ['c#1', 'b', 'b'], 'test')).toEqual([3, 1])
  })

  it('are asked for by number where several have one id', () => {
    expect(() => rowsOf(ids, ['a'], 'test')).toThrow('3 samples have the id "a"')
    expect(rowsOf(ids, ['a#3', 'a#1', 'b#1', 'b'], 'test')).toEqual([4, 0, 1])
    expect(() => rowsOf(ids, ['a#4'], 'test')).toThrow('unknown sample "a#4"')
  })
})
