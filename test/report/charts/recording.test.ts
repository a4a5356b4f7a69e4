/** Charts of a recording on one axis of seconds. */
import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { recordingChart, type Track } from '../../../src/report/charts/recording/recording-chart.js'
import { checkSvg } from '../../../src/report/html/svg.js'

const moments = [0, 1, 2, 3].map((start) => ({ start, end: start + 1 }))
const curves = (values: (number | undefined)[]): Track => ({
  kind: 'curves',
  title: 'Emotions',
  moments,
  curves: [{ name: 'happy', values }],
})
const draw = (...tracks: readonly Track[]) =>
  recordingChart({ title: 'A recording', duration: 4, tracks })

/** The pictures inside an SVG, decoded. */
const pngsIn = (svg: string) =>
  [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, text = '']) =>
    decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))),
  )

describe('a chart of a recording', () => {
  test('draws curves through the middle of moments, from end to end, and leaves gaps', () => {
    const whole = draw(curves([0, 1, 0.5, 0.5]))
    expect(whole).toContain('d="M0.0,120.0L80.0,120.0L240.0,0.0L400.0,60.0L560.0,60.0L640.0,60.0"')
    const holes = draw(curves([0, undefined, 0.5, undefined]))
    expect(holes).toContain('d="M0.0,120.0L80.0,120.0M400.0,60.0"')
    expect(holes).toContain('aria-label="happy: up to 50 %"')
    expect(draw(curves([undefined, undefined, undefined, undefined]))).toContain('nothing known')
  })

  test('has pictures inside, amid their second, none over another', () => {
    const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0) }
    const times = [0, 0.1, 2, 4]
    const pictures = times.map((time) => ({ time, ...red }))
    const svg = draw({ kind: 'pictures', title: 'Face', pictures })
    const places = [...svg.matchAll(/<image x="([\d.]+)"/g)].map(([, x]) => Number(x))
    expect(places).toEqual([0, 292, 584])
    expect(svg).toContain('aria-label="at 2.0 s"')
    for (const png of pngsIn(svg)) expect([...png.data]).toEqual([255, 0, 0])
  })

  test('draws sound with the low bands below, dark where it is as far below the loudest as is shown', () => {
    // Two columns of two bands: the loudest is high in the second column.
    const levels = Float32Array.of(-40, -80, -80, 0)
    const svg = draw({ kind: 'spectrogram', title: 'Sound', bands: 2, levels, range: 80 })
    const [png] = pngsIn(svg)
    const pixel = (column: number, row: number) => [
      ...(png?.data.subarray(3 * (2 * row + column), 3 * (2 * row + column) + 3) ?? []),
    ]
    const [dark, bright] = [
      [68, 1, 84],
      [253, 231, 37],
    ]
    expect([png?.width, png?.height]).toEqual([2, 2])
    expect([pixel(0, 0), pixel(1, 0), pixel(1, 1)]).toEqual([dark, bright, dark])
    expect(pixel(0, 1)).not.toEqual(dark)
  })

  test('writes words where they begin, as many as have room', () => {
    const words = [
      { word: 'so', start: 0, end: 0.5 },
      { word: 'ist', start: 1, end: 1.5 },
      { word: 'x', start: 1.01, end: 1.5 },
    ]
    const svg = draw({ kind: 'words', title: 'Words', words })
    expect(svg).toMatch(/<text x="160"[^>]*>ist</)
    expect(svg).not.toContain('>x<')
  })

  test('is fit for a page whatever its names hold, and has a cursor', () => {
    const hostile = '"><script>alert(1)</script>'
    const svg = recordingChart({
      title: hostile,
      duration: 4,
      tracks: [
        { kind: 'words', title: hostile, words: [{ word: hostile, start: 0, end: 1 }] },
        { kind: 'pictures', title: hostile, pictures: [] },
      ],
    })
    checkSvg(svg, 'a chart')
    expect(svg).not.toContain('<script')
    expect(svg).toMatch(/<line class="cursor"[^>]*data-width="640" data-duration="4"/)
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %s seconds is refused',
    (duration) => {
      const tracks = [curves([0, 0, 0, 0])]
      expect(() => recordingChart({ title: 'none', duration, tracks })).toThrow(
        /no recording to draw/,
      )
    },
  )
})

describe('pictures in figures', () => {
  const figure = (href: string) => `<svg><image href="${href}"/></svg>`

  test('are PNG inside the file, and nothing that is fetched or runs', () => {
    checkSvg(figure('data:image/png;base64,AAAA'), 'a figure')
    for (const href of [
      'https://example.org/a.png',
      'data:image/svg+xml;base64,AAAA',
      'data:image/png;base64,AA" onload="x',
      '//a.png',
    ]) {
      expect(() => checkSvg(figure(href), 'a figure'), href).toThrow(/SVG figure may not/)
    }
  })
})
