import { describe, expect, test } from 'vitest'
import { emotionOf, fullClassName, valenceOf } from '../../src/base/emotions.js'

describe('emotions', () => {
  test.each([
    ['surprise', ['surprised', 'sur', ' Surprise ']],
    ['happy', ['hap', 'joy', 'Happiness']],
    ['fear', ['fea', 'fearful', 'FEAR']],
    ['angry', ['ang', 'anger']],
  ])('%s has one name whatever word a corpus has for it', (name, words) => {
    expect(words.map(emotionOf)).toEqual(words.map(() => name))
  })

  test('that are not known are called what they are called', () => {
    expect(emotionOf('Boredom')).toBe('boredom')
    expect(valenceOf('boredom')).toBeUndefined()
  })

  test('are spelled out where they are abbreviated, and left alone where they are not', () => {
    expect(['ang', 'XXX', 'anger', 'Happiness'].map(fullClassName)).toEqual([
      'angry',
      'undecided',
      'anger',
      'Happiness',
    ])
  })

  test('are good, bad or neither under each of their words', () => {
    expect(['joy', 'exc', 'sadness', 'surprised', 'neu'].map(valenceOf)).toEqual([1, 1, -1, 0, 0])
  })
})
