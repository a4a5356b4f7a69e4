/** What the studio's server and its page tell each other. */
import { z } from 'zod'
import type { RunState } from '../runs/list.js'

/** A run as a row of the list. */
export interface RunRow {
  /** Below the studio's folder, with slashes; its name there. */
  readonly path: string
  /** The folder of its seeds; the run itself where it has none. */
  readonly group: string
  readonly state: RunState
  readonly model?: string
  readonly data?: string
  readonly synthetic?: boolean
  readonly seed?: number
  readonly epochs?: number
  /** The epochs that it may take at most. */
  readonly mostEpochs?: number
  readonly bestEpoch?: number
  readonly validLoss?: number
  readonly rate?: number
  /** Seconds that its epochs took; of one that trains, about how many are left at most. */
  readonly seconds?: number
  readonly secondsLeft?: number
  /** Bytes that the process takes which trains it. */
  readonly memory?: number
  readonly parameters?: number
  /** Of which split the figures are, and which of them leads. */
  readonly split?: 'valid' | 'test'
  readonly leading?: string
  readonly metrics?: Readonly<Record<string, number | null>>
  /** Settings that differ from their defaults, as text, by their path in the configuration. */
  readonly changed?: Readonly<Record<string, string>>
  readonly problem?: string
}

/** A setting of a run, beside what it is by default. */
export interface SettingRow {
  readonly name: string
  readonly value: string
  /** Absent where there is no default. */
  readonly standard?: string
  readonly differs: boolean
}

/** An epoch as the curves need it. */
export interface EpochRow {
  readonly epoch: number
  readonly trainLoss: number
  readonly validLoss: number
  readonly rate: number
  readonly seconds: number
  readonly best: boolean
}

/** A sample of the test split with the answer of a run, the worst first. */
export interface SampleRow {
  readonly id: string
  readonly truth: string
  readonly prediction: string
  readonly error: number
}

/** A run that is open. */
export interface RunDetail {
  readonly run: RunRow
  readonly settings: readonly SettingRow[]
  readonly epochs: readonly EpochRow[]
  readonly notes: readonly string[]
  readonly samples: readonly SampleRow[]
  /** More samples than are listed. */
  readonly moreSamples: number
}

/** Work that the studio does in a process of its own. */
export interface JobRow {
  readonly id: string
  readonly kind: 'train' | 'reproduce' | 'report'
  readonly title: string
  /** The command, as one would type it. */
  readonly command: string
  readonly state: 'running' | 'stopping' | 'stopped' | 'done' | 'failed'
  /** Below the studio's folder: where its runs are. */
  readonly folder?: string
  /** The last line that it said. */
  readonly said: string
  readonly problem?: string
}

/** What the server tells a page on its own. */
export type StudioEvent =
  | { readonly kind: 'runs'; readonly rows: readonly RunRow[]; readonly removed: readonly string[] }
  /** All runs were looked at once. */
  | { readonly kind: 'listed'; readonly total: number }
  | { readonly kind: 'jobs'; readonly jobs: readonly JobRow[] }

/** What the studio is and may do. */
export interface About {
  readonly version: string
  /** A page without a server: Live, Try and Teach alone. */
  readonly isStatic: boolean
  /** The folder of the runs, as its user named it. */
  readonly folder?: string
  /** Data sets that may be opened, by the names that requests use. */
  readonly data?: readonly string[]
}

/** A file that a report consists of. */
export interface ReportFile {
  readonly name: string
  readonly address: string
}

/** A report: a page, and the files that it was written with. */
export interface ReportRow {
  readonly page: string
  readonly files: readonly ReportFile[]
}

/** A group of fields of the form that trains. */
export interface FieldGroup {
  readonly title: string
  readonly fields: readonly Field[]
}

/** A setting of the form that trains. */
export interface Field {
  /** Its flag, without the dashes. */
  readonly name: string
  /** `yes|no`, `a|b|c`, `number`, `count`, `name=value,...` and the like, as in the command's help. */
  readonly values: string
  /** As text; empty where there is none. */
  readonly standard: string
  readonly description: string
}

/** A model that can be trained. */
export interface ModelRow {
  readonly name: string
  readonly title: string
  readonly source: string
}

/** A table of a document that can be reproduced. */
export interface ExperimentRow {
  readonly name: string
  readonly title: string
}

/** The longest text of a request, in letters: paths and values are shorter. */
const longestText = 1000
const text = z.string().min(1).max(longestText)

/** What the form that trains sends. */
export const trainRequest = z.strictObject({
  model: text,
  data: text,
  /** Below the studio's folder. */
  out: text,
  seeds: z.int().min(1).max(1000).optional(),
  /** Values by their flags. */
  settings: z.record(z.string().max(100), z.string().max(longestText)),
})
export type TrainRequest = z.infer<typeof trainRequest>

/** A run, or a folder of seeds, that goes on. */
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
