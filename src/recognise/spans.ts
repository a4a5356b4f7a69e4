/** Summarises a timeline: joins successive moments of the same emotion. */
import type { Recognition } from './recognition.js'

/** A part of a clip in which one emotion is the likeliest. */
export interface Span {
  /** Seconds from the start of the clip. */
  readonly start: number
  readonly end: number
  /** Undefined where there is nothing to hear or see. */
  readonly emotion: string | undefined
  /** The mean probability of that emotion; 0 where there is none. */
  readonly probability: number
}

/** The spans of a clip, one after another without gaps. */
export function spansOf({
  emotions,
  timeline,
}: Pick<Recognition, 'emotions' | 'timeline'>): Span[] {
  const spans: { start: number; end: number; emotion: string | undefined; shares: number[] }[] = []
  for (const { start, end, probabilities = [] } of timeline) {
    const highest = Math.max(...probabilities)
    const emotion = emotions[probabilities.indexOf(highest)]
    const last = spans.at(-1)
    if (last && last.emotion === emotion) {
      last.end = end
      last.shares.push(highest)
    } else spans.push({ start, end, emotion, shares: [highest] })
  }
  return spans.map(({ shares, ...span }) => ({
    ...span,
    probability:
      span.emotion === undefined
        ? 0
        : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  }))
}
