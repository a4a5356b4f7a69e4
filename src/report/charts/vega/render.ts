/** Draws charts with Vega as SVG, without a browser. Loading Vega takes a second, so simple charts avoid it. */
import type { TopLevelSpec } from 'vega-lite'
import { scopeIds, wellFormed } from '../../html/svg.js'
import { titleLines } from '../style/names.js'
import { config } from './config.js'
import { measureText } from './measure.js'

/**
 * Draws a Vega-Lite chart as SVG, without a browser. The same specification gives the same text.
 * Vega is only loaded here, when a chart is drawn.
 *
 * @param spec without a theme, which is added
 */
export async function renderChart(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')])
  measureText(vega)
  const { spec: compiled } = vegaLite.compile(spec, { config })
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error })
  try {
    // Vega numbers its definitions throughout the process; here they start again.
    return scopeIds(wellFormed(await view.toSVG()), 'chart')
  } finally {
    view.finalize()
  }
}

/** The title that all charts have, and lines below it. */
export function chartTitle(title: string, subtitle?: string | readonly string[]) {
  const under = typeof subtitle === 'string' ? [subtitle] : (subtitle ?? [])
  return {
    text: titleLines(title),
    ...(under.length > 0 && { subtitle: under.flatMap(titleLines) }),
  }
}
