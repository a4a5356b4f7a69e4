/** What requests work with. */
import type { RunCatalogue } from '../runs/catalogue.js'
import type { FieldsOf } from '../work/commands.js'
import type { Jobs } from '../work/jobs.js'
import type { Reports } from '../work/reports.js'

/** What the studio is started with. */
export interface Given {
  /** The folder of the runs. */
  readonly folder: string
  /** The same as its user named it, for pages to show. */
  readonly name: string
  /** Data sets that pages may open, besides generated data. */
  readonly data: readonly string[]
  /** What the form that trains shows of a model. */
  readonly fieldsOf: FieldsOf
}

export interface Rooms extends Given {
  readonly catalogue: RunCatalogue
  readonly jobs: Jobs
  readonly reports: Reports
}
