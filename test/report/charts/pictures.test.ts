/** Charts of pictures, and of where a model looks in them. */
import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import type { MeanPositions, PictureMaps } from '../../../src/faces/explain.js'
import { meanPicturesChart } from '../../../src/report/charts/pictures/mean-pictures.js'
import { samplePicturesChart } from '../../../src/report/charts/pictures/sample-pictures.js'
import { checkSvg } from '../../../src/report/html/svg.js'
import { textsOf } from '../../support/report/charts.js'

/** A red face of 2 x 2 pixels, and one of black. */
const face = (red: number): PictureMaps['pictures'][number] => ({
  ...{ kind: 'colours', rows: 2, columns: 2 },
  values: Float32Array.from({ length: 12 }, (_, at) => (at < 4 ? red : 0)),
})
/** Two bands of two windows: the loudest is low and early. */
const chunk: PictureMaps['pictures'][number] = {
  ...{ kind: 'levels', rows: 2, columns: 2 },
  values: Float32Array.of(0, -60, -120, -120),
}

const faces: PictureMaps = {
  sequence: 'vision',
  steps: ['1', '2'],
  pictures: [face(255), face(0)],
  layers: [
    {
      ...{ layer: '1', rows: 2, columns: 2 },
      attention: [Float32Array.of(0.7, 0.3, 0, 0), Float32Array.of(0.25, 0.25, 0.25, 0.25)],
      selected: [Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 0, 1, 1)],
    },
  ],
  looks: [{ layer: 'layer 1', values: [0.5, 0.25] }],
}

/** The pictures inside an SVG: size, and the pixel at a place given in shares of it. */
const pngsIn = (svg: string) =>
  [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, text = '']) => {
    const png = decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)))
    const { width, height, channels, data } = png
    return {
      channels,
      at: (across: number, down: number) => {
        const place = Math.floor(down * height) * width + Math.floor(across * width)
        return [...data.subarray(channels * place, channels * (place + 1))]
      },
    }
  })

describe('the pictures of a sample', () => {
  const svg = samplePicturesChart({ title: 'A sample', maps: faces })

  test('lie in rows over time, under what is selected and attended to', () => {
    const names = ['picture', 'selected, layer 1', 'attention, layer 1', 'class token, layer 1']
    expect(textsOf(svg)).toEqual(expect.arrayContaining([...names, '1', '2', 'Frame']))
    // The two pictures; for each of two rows and two pictures a grey one and what lies over it.
    const pngs = pngsIn(svg)
    expect(pngs.map(({ channels }) => channels)).toEqual([3, 3, 1, 4, 1, 4, 1, 4, 1, 4])
    expect(pngs[0]?.at(0, 0)).toEqual([255, 0, 0])
    const [, , , first, , second] = pngs
    const corners = [[0, 0] as const, [0.9, 0] as const, [0, 0.9] as const, [0.9, 0.9] as const]
    expect(corners.map(([x, y]) => (first?.at(x, y)[3] ?? 0) > 0)).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(corners.map(([x, y]) => (second?.at(x, y)[3] ?? 0) > 0)).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(first?.at(0, 0).slice(0, 3)).toEqual([229, 32, 24])
    expect(svg).toContain('aria-label="selected, layer 1, picture 1: 25 % selected"')
  })

  test('have attention in multiples of an even share, and none where there is no candidate', () => {
    expect(svg).toContain(
      'aria-label="attention, layer 1, picture 1: at most 2.8 times an even share"',
    )
    expect(svg).toContain('aria-label="class token, layer 1, picture 2: 25.0 %"')
    const [, , , , , , , over] = pngsIn(svg)
    expect(over?.at(0, 0.9)).toEqual([0, 0, 0, 0])
    expect(over?.at(0, 0)[3]).toBeGreaterThan(0)
    // 0.7 of 4 positions is more than the others have: the colour of the end.
    expect(over?.at(0, 0).slice(0, 3)).toEqual([253, 231, 37])
  })

  test('of sound have the low bands below, maps too', () => {
    const selected = [Float32Array.of(1, 0, 0, 0)]
    const maps: PictureMaps = {
      ...{ sequence: 'audio', steps: ['1'], pictures: [chunk], looks: [] },
      layers: [{ layer: '1', rows: 2, columns: 2, selected }],
    }
    const sound = samplePicturesChart({ title: 'Sound', maps })
    const [colours, grey, over] = pngsIn(sound)
    const [loud, silent] = [
      [253, 231, 37],
      [68, 1, 84],
    ]
    expect(colours?.at(0, 0.9)).toEqual(loud)
    expect(colours?.at(0, 0)).toEqual(silent)
    expect(grey?.at(0, 0.9)).toEqual([255])
    expect((over?.at(0, 0.9)[3] ?? 0) > 0).toBe(true)
    expect(over?.at(0, 0)[3]).toBe(0)
    expect(textsOf(sound)).not.toContain('Attention, in multiples of an even share')
  })

  test('of many are some, evenly spaced', () => {
    const pictures = Array.from({ length: 40 }, () => face(255))
    const steps = pictures.map((_, step) => String(step + 1))
    const many = { ...faces, pictures, steps, layers: [], looks: [] }
    const shown = [
      ...samplePicturesChart({ title: 'Many', maps: many }).matchAll(/picture (\d+)"/g),
    ]
    expect(shown.map(([, step]) => Number(step))).toEqual([3, 7, 11, 15, 19, 23, 27, 31, 35, 39])
  })

  test('of none are refused, and hostile names do no harm', () => {
    const none = { ...faces, pictures: [] }
    expect(() => samplePicturesChart({ title: 'none', maps: none })).toThrow(/no picture/)
    const title = '"><script>alert(1)</script>'
    const hostile = samplePicturesChart({ title, maps: { ...faces, steps: [title, title] } })
    checkSvg(hostile, 'a chart')
    expect(hostile).not.toContain('<script')
  })
})

describe('the mean pictures of classes', () => {
  const [layer] = faces.layers
  const means: MeanPositions = {
    sequence: 'vision',
    classNames: ['joy', 'grief'],
    classes: [
      {
        count: 1200,
        picture: face(255),
        layers: [{ layer: '1', rows: 2, columns: 2, selected: [Float32Array.of(1, 0.5, 0, 0)] }],
      },
      null,
    ],
  }

  test('are a row each; the fuller the red, the more often a position is selected', () => {
    const svg = meanPicturesChart({ title: 'Means', subtitle: 'Synthetic data', means })
    checkSvg(svg, 'a chart')
    for (const text of ['joy', '(1,200)', 'grief', '(none)', 'mean', 'selected', 'layer 1']) {
      expect(textsOf(svg)).toContain(text)
    }
    const [picture, , over, ...more] = pngsIn(svg)
    expect(more).toEqual([])
    expect(picture?.at(0, 0)).toEqual([255, 0, 0])
    const [always = 0, half = 0, never] = [
      over?.at(0, 0)[3],
      over?.at(0.9, 0)[3],
      over?.at(0, 0.9)[3],
    ]
    expect(half / always).toBeCloseTo(0.5, 1)
    expect(never).toBe(0)
  })

  test('have attention where the model has it, and are refused without a picture', () => {
    const [joy] = means.classes
    const looking = joy && layer ? { ...joy, layers: [layer] } : null
    const svg = meanPicturesChart({ title: 'Means', means: { ...means, classes: [looking, null] } })
    expect(textsOf(svg)).toContain('attention')
    const nobody = { ...means, classes: [null, null] }
    expect(() => meanPicturesChart({ title: 'Means', means: nobody })).toThrow(/no picture/)
  })
})
