/** The protocol between the studio's server and its page. */
import { z } from 'zod'
import type { Calibration } from '../metrics/calibration.js'
import { runStates } from '../runs/states.js'
import { jobStates } from '../sweep/queue.js'
import type { QueueState } from '../sweep/view/board.js'

const count = z.number()

/** A run as a row of the list. */
export const runRow = z.strictObject({
  /** Below the studio's folder, with slashes; its name there. */
  path: z.string(),
  /** The folder of its seeds; for a single run, its own path. */
  group: z.string(),
  state: z.enum(runStates),
  model: z.string().exactOptional(),
  data: z.string().exactOptional(),
  synthetic: z.boolean().exactOptional(),
  seed: count.exactOptional(),
  epochs: count.exactOptional(),
  /** The maximum number of epochs. */
  mostEpochs: count.exactOptional(),
  bestEpoch: count.exactOptional(),
  validLoss: count.exactOptional(),
  rate: count.exactOptional(),
  /** Seconds spent on its epochs; for a running one, also an upper estimate of the seconds left. */
  seconds: count.exactOptional(),
  secondsLeft: count.exactOptional(),
  /** Memory of the process that trains it, in bytes. */
  memory: count.exactOptional(),
  parameters: count.exactOptional(),
  /** The split of the metrics, and the main metric. */
  split: z.enum(['valid', 'test']).exactOptional(),
  leading: z.string().exactOptional(),
  metrics: z.record(z.string(), count.nullable()).exactOptional(),
  /** Settings that differ from their defaults, as text, by path in the configuration. */
  changed: z.record(z.string(), z.string()).exactOptional(),
  problem: z.string().exactOptional(),
})
export type RunRow = Readonly<z.infer<typeof runRow>>

/** A setting of a run with its default. */
const settingRow = z.object({
  name: z.string(),
  value: z.string(),
  /** Absent if there is no default. */
  standard: z.string().exactOptional(),
  differs: z.boolean(),
})
export type SettingRow = Readonly<z.infer<typeof settingRow>>

/** An epoch, for the curves. */
const epochRow = z.object({
  ...{ epoch: count, trainLoss: count, validLoss: count, rate: count, seconds: count },
  best: z.boolean(),
})

/** A sample of the test split with the run's prediction; the largest errors come first. */
const sampleRow = z.object({
  ...{ id: z.string(), truth: z.string(), prediction: z.string() },
  error: count,
})
export type SampleRow = Readonly<z.infer<typeof sampleRow>>

const calibration: z.ZodType<Calibration> = z.object({
  bins: z.array(z.object({ from: count, to: count, count, confidence: count, accuracy: count })),
  error: count,
  count,
})

/** The details of a run. */
export const runDetail = z.object({
  run: runRow,
  settings: z.array(settingRow),
  epochs: z.array(epochRow),
  notes: z.array(z.string()).readonly(),
  samples: z.array(sampleRow),
  /** On the test split; absent if the answers have no probabilities. */
  calibration: calibration.exactOptional(),
  /** The number of samples beyond those listed. */
  moreSamples: count,
})
export type RunDetail = Readonly<z.infer<typeof runDetail>>

/** A job, which the studio runs in its own process. */
const jobRow = z.object({
  id: z.string(),
  kind: z.enum(['train', 'reproduce', 'report']),
  title: z.string(),
  /** The command line. */
  command: z.string(),
  state: z.enum(['running', 'stopping', 'stopped', 'done', 'failed']),
  /** Below the studio's folder: where its runs are. */
  folder: z.string().exactOptional(),
  /** The last line of its output. */
  said: z.string(),
  problem: z.string().exactOptional(),
})
export type JobRow = Readonly<z.infer<typeof jobRow>>

/** A cell of a sweep in the queue. */
const queuedCell = z.object({
  id: z.string(),
  label: z.string(),
  state: z.enum([...jobStates, 'cancelled']),
  progress: z.object({ done: count, state: z.string() }).exactOptional(),
  worker: z.string().exactOptional(),
  since: count.exactOptional(),
  problem: z.string().exactOptional(),
})

/** What is in the queue of many machines. */
export interface QueueRows extends QueueState {
  /** Whether its server has not answered for some seconds; the rest is then as it was. */
  readonly silent: boolean
}

const queueRows: z.ZodType<QueueRows> = z.object({
  sweeps: z
    .array(
      z.object({
        name: z.string(),
        counts: z.record(z.enum(jobStates), count),
        cells: z.array(queuedCell).readonly(),
        more: count,
      }),
    )
    .readonly(),
  unread: count,
  silent: z.boolean(),
})

/** Events that the server pushes to the page. */
export const studioEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('runs'),
    rows: z.array(runRow).readonly(),
    removed: z.array(z.string()).readonly(),
  }),
  /** All runs have been listed once. */
  z.object({ kind: z.literal('listed'), total: count }),
  z.object({ kind: z.literal('jobs'), jobs: z.array(jobRow).readonly() }),
  z.object({ kind: z.literal('queue'), queue: queueRows }),
])
export type StudioEvent = Readonly<z.infer<typeof studioEvent>>

/** The part of a recording that is a sample, in seconds from its start; without one, all of it. */
const mediumPart = z.object({ start: count.exactOptional(), end: count.exactOptional() })
export type MediumPart = Readonly<z.infer<typeof mediumPart>>

const side = z.enum(['left', 'right'])

/** What there is to play of a sample. */
const medium = z.object({
  video: mediumPart.exactOptional(),
  sound: mediumPart.exactOptional(),
  /** The number of pictures, where there is no video. */
  pictures: count.exactOptional(),
  /** Where the speaker is heard and seen, if others are too. */
  channel: side.exactOptional(),
  half: side.exactOptional(),
})
export type Medium = Readonly<z.infer<typeof medium>>

/** A sample of a corpus. */
const corpusRow = z.object({
  /** Its place in the list of the corpus. */
  index: count,
  id: z.string(),
  /** Class, emotions or sentiment, in words. */
  label: z.string(),
  split: z.string().exactOptional(),
  speaker: z.string().exactOptional(),
  words: z.string().exactOptional(),
  medium: medium.exactOptional(),
})
export type CorpusRow = Readonly<z.infer<typeof corpusRow>>

/** Some samples of a corpus. */
export const samplePage = z.object({
  /** The key of the list that `CorpusRow.index` counts in. */
  list: z.string(),
  /** The numbers of samples: of all, of those asked for, and of a page. */
  ...{ all: count, found: count, step: count },
  splits: z.array(z.string()).readonly(),
  labels: z.array(z.string()).readonly(),
  rows: z.array(corpusRow).readonly(),
  /** Why there are no recordings. */
  silent: z.string().exactOptional(),
})
export type SamplePage = Readonly<z.infer<typeof samplePage>>

/** A sample of a run with its recording, if the studio has that. */
export const playedSample = z.object({
  list: z.string().exactOptional(),
  row: corpusRow.exactOptional(),
})
export type Played = Readonly<z.infer<typeof playedSample>>

/** What this studio offers. */
export const aboutStudio = z.object({
  version: z.string(),
  /** A static page without a server: only Live, Try and Teach. */
  isStatic: z.boolean(),
  /** The folder of the runs, as the user gave it. */
  folder: z.string().exactOptional(),
  /** The names of the data sets that requests may use. */
  data: z.array(z.string()).readonly().exactOptional(),
  /** The address of the queue of many machines, without its password. */
  queue: z.string().exactOptional(),
})
export type About = Readonly<z.infer<typeof aboutStudio>>

/** A report: a page and its other files. */
export const reportRow = z.object({
  page: z.string(),
  files: z.array(z.object({ name: z.string(), address: z.string() })).readonly(),
})
export type ReportRow = Readonly<z.infer<typeof reportRow>>

/** A field of the training form. */
const field = z.object({
  /** Its flag, without the dashes. */
  name: z.string(),
  /** `yes|no`, `a|b|c`, `number`, `count`, `name=value,...` and the like, as in the command's help. */
  values: z.string(),
  /** As text; empty if there is none. */
  standard: z.string(),
  description: z.string(),
})
export type Field = Readonly<z.infer<typeof field>>

/** A group of fields of the training form. */
export const fieldGroup = z.object({
  title: z.string(),
  fields: z.array(field).readonly(),
})
export type FieldGroup = Readonly<z.infer<typeof fieldGroup>>

/** A model that can be trained. */
export const modelRow = z.object({ name: z.string(), title: z.string(), source: z.string() })
export type ModelRow = Readonly<z.infer<typeof modelRow>>

/** A published table that can be reproduced. */
export const experimentRow = z.object({ name: z.string(), title: z.string() })
export type ExperimentRow = Readonly<z.infer<typeof experimentRow>>

/** The maximum length of a text in a request, in characters; paths and values are shorter. */
const longestText = 1000
const text = z.string().min(1).max(longestText)

/** The request of the training form. */
export const trainRequest = z.strictObject({
  model: text,
  data: text,
  /** Below the studio's folder. */
  out: text,
  seeds: z.int().min(1).max(1000).optional(),
  /** Values by flag. */
  settings: z.record(z.string().max(100), z.string().max(longestText)),
})
export type TrainRequest = z.infer<typeof trainRequest>

/** A run, or a folder of seeds, to resume. */
export const resumeRequest = z.strictObject({ folder: text })

export const reproduceRequest = z.strictObject({
  experiment: text,
  data: text,
  out: text,
  seeds: z.int().min(1).max(1000).optional(),
  epochs: z.int().min(1).max(100_000).optional(),
})
export type ReproduceRequest = z.infer<typeof reproduceRequest>

export const compareRequest = z.strictObject({ runs: z.array(text).min(1).max(500) })

export const explainRequest = z.strictObject({ run: text, sample: text })

export const inspectRequest = z.strictObject({ data: text })

export const samplesRequest = z.strictObject({
  data: text,
  /** The first of them, counted from 0. */
  from: z.int().min(0),
  split: text.optional(),
  label: text.optional(),
})

export const cancelRequest = z.strictObject({ sweep: z.string().max(longestText) })
