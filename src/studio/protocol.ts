/** The protocol between the studio's server and its page. */
import { z } from 'zod'
import type { Calibration } from '../metrics/calibration.js'
import { runStates } from '../runs/states.js'
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
export interface SettingRow {
  readonly name: string
  readonly value: string
  /** Absent if there is no default. */
  readonly standard?: string
  readonly differs: boolean
}

/** An epoch, for the curves. */
export interface EpochRow {
  readonly epoch: number
  readonly trainLoss: number
  readonly validLoss: number
  readonly rate: number
  readonly seconds: number
  readonly best: boolean
}

/** A sample of the test split with the run's prediction; the largest errors come first. */
export interface SampleRow {
  readonly id: string
  readonly truth: string
  readonly prediction: string
  readonly error: number
}

/** The details of a run. */
export interface RunDetail {
  readonly run: RunRow
  readonly settings: readonly SettingRow[]
  readonly epochs: readonly EpochRow[]
  readonly notes: readonly string[]
  readonly samples: readonly SampleRow[]
  /** On the test split; absent if the answers have no probabilities. */
  readonly calibration?: Calibration
  /** The number of samples beyond those listed. */
  readonly moreSamples: number
}

/** A job, which the studio runs in its own process. */
export interface JobRow {
  readonly id: string
  readonly kind: 'train' | 'reproduce' | 'report'
  readonly title: string
  /** The command line. */
  readonly command: string
  readonly state: 'running' | 'stopping' | 'stopped' | 'done' | 'failed'
  /** Below the studio's folder: where its runs are. */
  readonly folder?: string
  /** The last line of its output. */
  readonly said: string
  readonly problem?: string
}

/** Events that the server pushes to the page. */
export type StudioEvent =
  | { readonly kind: 'runs'; readonly rows: readonly RunRow[]; readonly removed: readonly string[] }
  /** All runs have been listed once. */
  | { readonly kind: 'listed'; readonly total: number }
  | { readonly kind: 'jobs'; readonly jobs: readonly JobRow[] }
  | { readonly kind: 'queue'; readonly queue: QueueRows }

/** What is in the queue of many machines. */
export interface QueueRows extends QueueState {
  /** Whether its server has not answered for some seconds; the rest is then as it was. */
  readonly silent: boolean
}

/** The part of a recording that is a sample, in seconds from its start; without one, all of it. */
export interface MediumPart {
  readonly start?: number
  readonly end?: number
}

/** What there is to play of a sample. */
export interface Medium {
  readonly video?: MediumPart
  readonly sound?: MediumPart
  /** The number of pictures, where there is no video. */
  readonly pictures?: number
  /** Where the speaker is heard and seen, if others are too. */
  readonly channel?: 'left' | 'right'
  readonly half?: 'left' | 'right'
}

/** A sample of a corpus. */
export interface CorpusRow {
  /** Its place in the list of the corpus. */
  readonly index: number
  readonly id: string
  /** Class, emotions or sentiment, in words. */
  readonly label: string
  readonly split?: string
  readonly speaker?: string
  readonly words?: string
  readonly medium?: Medium
}

/** Some samples of a corpus. */
export interface SamplePage {
  /** The key of the list that `CorpusRow.index` counts in. */
  readonly list: string
  /** The numbers of samples: of all, of those asked for, and of a page. */
  readonly all: number
  readonly found: number
  readonly step: number
  readonly splits: readonly string[]
  readonly labels: readonly string[]
  readonly rows: readonly CorpusRow[]
  /** Why there are no recordings. */
  readonly silent?: string
}

/** A sample of a run with its recording, if the studio has that. */
export interface Played {
  readonly list?: string
  readonly row?: CorpusRow
}

/** What this studio offers. */
export interface About {
  readonly version: string
  /** A static page without a server: only Live, Try and Teach. */
  readonly isStatic: boolean
  /** The folder of the runs, as the user gave it. */
  readonly folder?: string
  /** The names of the data sets that requests may use. */
  readonly data?: readonly string[]
  /** The address of the queue of many machines, without its password. */
  readonly queue?: string
}

/** A file of a report. */
export interface ReportFile {
  readonly name: string
  readonly address: string
}

/** A report: a page and its other files. */
export interface ReportRow {
  readonly page: string
  readonly files: readonly ReportFile[]
}

/** A group of fields of the training form. */
export interface FieldGroup {
  readonly title: string
  readonly fields: readonly Field[]
}

/** A field of the training form. */
export interface Field {
  /** Its flag, without the dashes. */
  readonly name: string
  /** `yes|no`, `a|b|c`, `number`, `count`, `name=value,...` and the like, as in the command's help. */
  readonly values: string
  /** As text; empty if there is none. */
  readonly standard: string
  readonly description: string
}

/** A model that can be trained. */
export interface ModelRow {
  readonly name: string
  readonly title: string
  readonly source: string
}

/** A published table that can be reproduced. */
export interface ExperimentRow {
  readonly name: string
  readonly title: string
}

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
