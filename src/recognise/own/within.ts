/** The part of a clip's features that falls into a stretch of time. */
import type { ClipFeature, ClipFeatures } from '../../media/extract/index.js'

/**
 * The steps whose middle falls into `[start, end)`, in seconds; a feature whose steps have no times
 * is kept whole, and one without a step in it left out.
 */
export function featuresWithin(
  features: ClipFeatures['features'],
  start: number,
  end: number,
): ClipFeatures['features'] {
  return Object.fromEntries(
    Object.entries(features).flatMap(([name, feature]) => {
      const part = within(feature, start, end)
      return part ? [[name, part]] : []
    }),
  )
}

function within(feature: ClipFeature, start: number, end: number): ClipFeature | undefined {
  const { times, values, length } = feature
  if (!times) return feature
  const first = times.findIndex((time) => time >= start)
  if (first < 0) return undefined
  const after = times.findIndex((time) => time >= end)
  const last = after < 0 ? times.length : after
  if (last <= first) return undefined
  const width = values.length / length
  return {
    ...feature,
    values: values.slice(first * width, last * width),
    length: last - first,
    times: times.slice(first, last),
  }
}
