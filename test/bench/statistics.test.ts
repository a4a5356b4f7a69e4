import { describe, expect, it } from 'vitest'
import { summarise } from '../../bench/statistics.js'

describe('summarise', () => {
  it('interpolates quartiles and does not depend on the order', () => {
    expect(summarise([4, 1, 3, 2])).toEqual({
      median: 2.5,
      lowerQuartile: 1.75,
      upperQuartile: 3.25,
      least: 1,
      rounds: 4,
    })
  })

  it('takes the middle value of an odd count', () => {
    expect(summarise([9, 1, 5]).median).toBe(5)
  })
})
