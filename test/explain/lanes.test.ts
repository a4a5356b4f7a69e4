import { describe, expect, it } from 'vitest'
import { sampleLanes, topSteps } from '../../src/faces/explain.js'
import { renderLanes } from '../../src/report/text/lanes.js'
import { effects, looked, maps, mask, words } from '../support/report/lanes.js'

describe('lanes of a sample', () => {
  it('are one a sequence that is looked at, over all maps but those of a first look', () => {
    const lanes = sampleLanes(maps, [mask])
    expect(lanes.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      'attention text',
      'attention audio',
      'mask vision',
    ])
    const [text, , vision] = lanes
    for (const [at, share] of [0.3, 0.2, 0.5].entries()) {
      expect(text?.steps[at]?.value).toBeCloseTo(share, 12)
    }
    expect(vision?.steps.map(({ value }) => value.toFixed(1))).toEqual(['0.3', '0.9'])
    const [first] = maps.slice(-1)
    expect(sampleLanes(first ? [first] : [])[0]?.steps[0]?.value).toBe(1)
  })

  it('have the words of aligned sequences once, in the order of words, sound and face', () => {
    const lanes = sampleLanes([
      looked('attention.vision', words, [1, 0, 0]),
      looked('attention.text', words, [0, 1, 0]),
      looked('attention.fused', words, [0, 0, 1]),
    ])
    expect(lanes.map(({ title }) => title)).toEqual(['text', 'vision', 'fused'])
    expect(renderLanes(lanes).match(/not +so +good/g)).toHaveLength(1)
  })

  it('know their largest steps, the earlier of equal ones first', () => {
    const [, audio] = sampleLanes(maps)
    const top = audio ? topSteps(audio, 3) : []
    expect(top.map(({ at }) => at)).toEqual([2, 3, 0])
  })

  it('lie over one axis in a terminal, whatever their lengths', () => {
    const text = renderLanes(sampleLanes(maps, [mask]), 30)
    expect(text.split('\n')).toEqual([
      '                    not       so        good',
      ' attention to text  ▅▅▅▅▅▅▅▅▅▅▄▄▄▄▄▄▄▄▄▄██████████  3 steps',
      '                    most: good (3) 50.0%, not (1) 30.0%, so (2) 20.0%',
      'attention to audio            ██████████            6 steps',
      '                    most: step 3 50.0%, step 4 50.0%, step 1 0.0%, step 2 0.0%, step 5 0.0%',
      '    mask on vision  ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃███████████████  2 steps',
      '                    let through: step 2 90.0%, step 1 30.0%',
      '                    └────────────────────────────┘',
      '                    beginning                  end',
    ])
  })

  it('of effects have what speaks for a score over what speaks against it, on one scale', () => {
    expect(renderLanes(effects, 30).split('\n')).toEqual([
      '                 not       so        good',
      ' effect of text +▄▄▄▄▄▄▄▄▄▄          ██████████  3 steps',
      '                -          ▂▂▂▂▂▂▂▂▂▂',
      '                 most: good (3) +20.0, not (1) +10.0, so (2) -5.0 points',
      'effect of audio +▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                 21 steps in 2 windows',
      '                 most: steps 1–10 +10.0, steps 11–21 0.0 points',
      '                 └────────────────────────────┘',
      '                 beginning                  end',
    ])
    const sentiment = effects.map((lane) => ({ ...lane, unit: 'sentiment' as const }))
    expect(renderLanes(sentiment)).toContain(
      'most: good (3) +0.200, not (1) +0.100, so (2) -0.050\n',
    )
  })
})
