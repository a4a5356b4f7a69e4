/** Lays out features side by side, one column each; there may be hundreds. */

/** About the width of a page, in pixels. */
const pageWidth = 600

const widestColumn = 28

/** The width of a column, given the number of features, in pixels. */
export function featureWidth(features: number): number {
  return Math.max(1, Math.min(widestColumn, Math.floor(pageWidth / features)))
}

/** The columns that get a name, counted from 0: the first, and round numbers after it. */
export function namedFeatures(features: number): number[] {
  const every = [1, 2, 5, 10, 25, 50, 100, 250].find((step) => features / step <= 12) ?? 500
  return Array.from({ length: features }, (_, place) => place).filter(
    (place) => place === 0 || (place + 1) % every === 0,
  )
}
