/** The theme of the charts as a Vega-Lite configuration. */
import type { Config } from 'vega-lite'
import { axes, font, ink, legends, seriesColours, titles } from '../style/theme.js'

export const config: Config = {
  background: 'transparent',
  font,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    color: ink,
    fontSize: titles.size,
    fontWeight: titles.weight,
    offset: titles.offset,
    subtitleColor: ink,
    subtitleFontSize: titles.subtitleSize,
    subtitlePadding: titles.subtitlePadding,
  },
  axis: {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: axes.labelSize,
    titleFontSize: axes.titleSize,
    titleFontWeight: axes.titleWeight,
    titlePadding: axes.titlePadding,
    labelPadding: axes.labelPadding,
    labelLimit: axes.labelLimit,
    domainColor: ink,
    domainOpacity: axes.domainOpacity,
    gridColor: ink,
    gridOpacity: axes.gridOpacity,
    ticks: false,
    labelFlush: false,
  },
  legend: {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: legends.labelSize,
    titleFontSize: legends.titleSize,
    titleFontWeight: legends.titleWeight,
    labelLimit: legends.labelLimit,
    symbolStrokeWidth: 2.5,
    symbolSize: 160,
    symbolOpacity: 1,
  },
  range: { category: [...seriesColours] },
}
