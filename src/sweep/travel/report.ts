/** Progress reports from workers on other machines, validated on arrival. */
import { z } from 'zod'
import { beginning, epochRecord } from '../../learn/records.js'
import type { RunReport } from '../messages.js'

const share = z.strictObject({ from: z.number(), to: z.number() })

const training = z.strictObject({
  parameters: z.int(),
  batches: z.int(),
  epochs: z.int(),
  resumedFrom: z.int(),
  stage: z.string().exactOptional(),
  turn: z.strictObject({ number: z.int(), count: z.int() }).exactOptional(),
  refit: z.boolean(),
  share,
})

const report: z.ZodType<RunReport> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('started'),
    about: training.extend({ beginning: beginning.exactOptional() }),
  }),
  z.strictObject({
    kind: z.literal('stepped'),
    at: z.strictObject({
      epoch: z.int(),
      batch: z.int(),
      batches: z.int(),
      loss: z.number(),
      samples: z.int(),
    }),
    of: training.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('finished epoch'),
    record: epochRecord,
    of: training.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('waiting'),
    by: z.strictObject({
      pid: z.int(),
      host: z.string(),
      since: z.string().exactOptional(),
      lock: z.string(),
    }),
  }),
])

/** Undefined for an invalid report: progress is only shown, so dropping one is harmless. */
export function readReport(value: unknown): RunReport | undefined {
  return report.safeParse(value).data
}
