/** The output of `limbic data inspect --json`. */
import { z } from 'zod'
import type { CorpusTable } from '../../../data/corpora/raw/index.js'
import { perSplit, splitNames } from '../../../data/dataset.js'
import type { DatasetSummary } from '../../../report/corpus/summarise.js'

/** A folder of recordings. */
export interface Recordings extends CorpusTable {
  readonly name: string
  readonly layout: string
  readonly clips: number
  readonly speakers: number
  readonly left: readonly { readonly rule: string; readonly count: number }[]
  readonly notes: readonly string[]
}

/** Of a data set its summary, of a folder its recordings; of other files all that was told. */
export type Inspected =
  | { readonly summary: DatasetSummary }
  | { readonly recordings: Recordings }
  | { readonly other: object }

const count = z.number()
// JSON has no NaN, which the spread of nothing is.
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN)
const spread = { min: figure, median: figure, max: figure }
const labels = z.array(z.object({ label: z.string(), count })).readonly()
const names = z.array(z.string()).readonly()
const whole = z.object({ width: count, invalid: count })

const split = z.object({
  split: z.enum(splitNames),
  samples: count,
  rawText: z.boolean(),
  sequences: z
    .array(
      z.object({
        ...{ modality: z.string(), width: count, steps: count, invalid: count },
        lengths: z.object(spread),
      }),
    )
    .readonly(),
  whole: z.record(z.string(), whole).exactOptional(),
  speakers: z.object({ count, shared: count }).exactOptional(),
  sentiment: z.object({ ...spread, classes: labels }).exactOptional(),
  classes: labels.exactOptional(),
  emotions: labels.exactOptional(),
})

const dataSet = z.object({
  kind: z.literal('data set'),
  ...{ name: z.string(), synthetic: z.boolean(), aligned: z.boolean() },
  classNames: names.exactOptional(),
  emotionNames: names.exactOptional(),
  splits: z.array(split).readonly(),
  notes: names,
})

const figures = z
  .object({
    label: z.string(),
    words: count.optional(),
    duration: count.optional(),
    clips: count,
    counts: z.object(perSplit(() => count)),
  })
  .transform(({ words, duration, ...others }) => ({ ...others, words, duration }))

const recordings = z.object({
  kind: z.literal('recordings'),
  ...{ name: z.string(), layout: z.string(), clips: count, speakers: count },
  ...{ rows: z.array(figures).readonly(), total: figures },
  left: z.array(z.object({ rule: z.string(), count })).readonly(),
  notes: names,
})

export const inspectedSchema: z.ZodType<Inspected> = z.union([
  dataSet.transform(({ kind: _, ...summary }) => ({ summary })),
  recordings.transform(({ kind: _, ...found }) => ({ recordings: found })),
  z
    .looseObject({
      kind: z.string().refine((kind) => kind !== 'data set' && kind !== 'recordings'),
    })
    .transform((other) => ({ other })),
])
