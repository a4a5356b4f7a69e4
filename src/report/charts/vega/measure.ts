/** Replaces Vega's estimate of the width of text. */
import { textWidth } from '../style/text-width.js'

/** A text as Vega measures it: its size, and the width beyond which it is truncated. */
interface TextItem {
  readonly fontSize?: number
  readonly limit?: number
}

/** The part of Vega that measures text, which its type declarations leave out. */
interface TextMeasure {
  textMetrics: { width: (item: TextItem, text: unknown) => number }
}

/**
 * Gives Vega a better estimate of text width. Without a canvas, it takes every character for 0.8 of
 * the font size, which leaves wide empty margins. This also makes a chart the same whether or not a
 * canvas is installed.
 */
export function measureText(vega: object): void {
  const { textMetrics } = vega as TextMeasure
  textMetrics.width = (item, text) => {
    const width = textWidth(String(text ?? ''), item.fontSize ?? 11)
    return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width
  }
}
