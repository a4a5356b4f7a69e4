/** Reads the JSON output of speech recognisers. */
import { z } from 'zod'
import type { TimedText } from './timed-text.js'

/** Seconds, also as text (Amazon); missing or null is NaN. */
const seconds = z
  .union([z.number(), z.string(), z.null()])
  .optional()
  .transform((value) =>
    value === null || value === undefined || value === '' ? Number.NaN : Number(value),
  )

/** A word or a line with its times, under common names. */
const item = z
  .looseObject({
    word: z.string().optional(),
    text: z.string().optional(),
    start: seconds,
    end: seconds,
    start_time: seconds,
    end_time: seconds,
    timestamp: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
    /** Amazon: alternatives, the likeliest first. */
    alternatives: z.array(z.looseObject({ content: z.string() })).optional(),
  })
  .transform(
    ({ word, text, start, end, start_time, end_time, timestamp, alternatives }): TimedText => {
      const [from, to] = timestamp ?? [null, null]
      const first = (...values: readonly number[]) =>
        values.find((value) => !Number.isNaN(value)) ?? Number.NaN
      return {
        text: word ?? text ?? alternatives?.[0]?.content ?? '',
        start: first(start, start_time, from ?? Number.NaN),
        end: first(end, end_time, to ?? Number.NaN),
      }
    },
  )
const items = z.array(item)

/** A line may have its words beside it. */
const segments = z.array(z.looseObject({ words: items.optional() }).and(z.unknown()))

const shapes = z.looseObject({
  segments: segments.optional(),
  words: items.optional(),
  chunks: items.optional(),
  results: z.looseObject({ items: items.optional() }).optional(),
  text: z.string().optional(),
  transcript: z.string().optional(),
})

/** Texts with their times, or the text alone if there are none; undefined if it is not a transcript. */
export function timedTexts(value: unknown): readonly TimedText[] | string | undefined {
  const list = items.safeParse(value)
  if (list.success) return withTexts(list.data)
  const parsed = shapes.safeParse(value)
  if (!parsed.success) return undefined
  const { segments: lines, words, chunks, results, text, transcript } = parsed.data
  const ofLines = lines?.flatMap((line) => {
    const own = withTexts(line.words ?? [])
    const whole = item.safeParse(line)
    return own ?? (whole.success ? [whole.data] : [])
  })
  return (
    withTexts(words ?? []) ??
    withTexts(ofLines ?? []) ??
    withTexts(chunks ?? []) ??
    withTexts(results?.items ?? []) ??
    text ??
    transcript
  )
}

/** The items with text; undefined if there are none. Punctuation has no times and is dropped. */
function withTexts(texts: readonly TimedText[]): readonly TimedText[] | undefined {
  const saying = texts.filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
  return saying.length > 0 ? saying : undefined
}
