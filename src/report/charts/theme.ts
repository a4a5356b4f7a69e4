/** Colours, fonts and axes shared by all charts. */

import type { Config } from 'vega-lite'

/** The reader's own sans-serif, so that a chart reads like the page around it. */
const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/**
 * Colours for series, told apart under the common kinds of colour blindness and legible on white
 * and on black: Okabe and Ito's, a little darkened where they are too light for a line.
 */
export const seriesColours = [
  '#2b7bba',
  '#d55e00',
  '#009e73',
  '#c2659b',
  '#b58900',
  '#5aa9dd',
] as const

/** Dashes, so that series are told apart in black and white too. */
export const seriesDashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 1],
  [1, 3],
]

/** The legend of colours that stand for numbers, for charts wide enough to have it under them. */
export const colourLegend = {
  orient: 'bottom',
  direction: 'horizontal',
  format: '.2~f',
  tickCount: 4,
  gradientLength: 160,
  gradientThickness: 10,
} as const

/** Text and axes take the colour of the page's text, which makes a chart fit light and dark pages. */
export const theme: Config = {
  background: 'transparent',
  font,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    color: 'currentColor',
    fontSize: 15,
    fontWeight: 600,
    offset: 14,
    subtitleColor: 'currentColor',
    subtitleFontSize: 12,
    subtitlePadding: 4,
  },
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 500,
    titlePadding: 8,
    labelPadding: 5,
    labelLimit: 260,
    domainColor: 'currentColor',
    domainOpacity: 0.4,
    gridColor: 'currentColor',
    gridOpacity: 0.12,
    ticks: false,
    labelFlush: false,
  },
  legend: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 500,
    labelLimit: 260,
    symbolStrokeWidth: 2.5,
    symbolSize: 160,
    symbolOpacity: 1,
  },
  range: { category: [...seriesColours] },
}
