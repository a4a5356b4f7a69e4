import { describe, expect, test } from 'vitest'
import { settingsOf } from '../../../src/cli/flags/settings.js'

describe('--set', () => {
  test('takes numbers, words and lists, also below a key', () => {
    expect(settingsOf(['hidden=8', 'rates.text=1e-3', 'attention=self'])).toEqual({
      hidden: 8,
      rates: { text: 0.001 },
      attention: 'self',
    })
  })

  test('lists may be written as in the flags of single settings', () => {
    const set = settingsOf(['channels=16,32', 'modalities=text,audio', 'widths=[1, 2]'])
    expect(set).toEqual({ channels: [16, 32], modalities: ['text', 'audio'], widths: [1, 2] })
  })

  test('names what is not a setting', () => {
    expect(() => settingsOf(['hidden'])).toThrow(/key=value/)
    expect(() => settingsOf(['modalities=[text'])).toThrow(/YAML/)
  })
})
