/** Colours, fonts and sizes shared by all charts. */

/** The reader's own sans-serif, so that a chart reads like the page around it. */
export const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** Text and axes take the colour of the page's text, so that a chart fits light and dark pages. */
export const ink = 'currentColor'

/** The sizes of text in pixels, the weights of titles, and the room around them. */
export const titles = {
  size: 15,
  weight: 600,
  offset: 14,
  subtitleSize: 12,
  subtitlePadding: 4,
} as const
export const axes = {
  labelSize: 11,
  labelPadding: 5,
  labelLimit: 260,
  titleSize: 12,
  titleWeight: 500,
  titlePadding: 8,
  domainOpacity: 0.4,
  gridOpacity: 0.12,
} as const
export const legends = { labelSize: 11, labelLimit: 260, titleSize: 11, titleWeight: 500 } as const

/**
 * Colours for series, safe for the common kinds of colour blindness and legible on white and on
 * black: Okabe and Ito's, darkened a little if too light for a line.
 */
export const seriesColours = [
  '#2b7bba',
  '#d55e00',
  '#009e73',
  '#c2659b',
  '#b58900',
  '#5aa9dd',
] as const

/** Dashes, which distinguish series in black and white too. */
export const seriesDashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 1],
  [1, 3],
]
