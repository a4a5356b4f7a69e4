/** The resources that requests use. */
import { LimbicError } from '../../../base/errors.js'
import { suggest } from '../../../base/schema.js'
import type { QueueAddress } from '../../../sweep/queues/redis/connect.js'
import type { QueueWatch } from '../queue/watch.js'
import type { RunCatalogue } from '../runs/catalogue.js'
import type { FieldsOf } from '../work/commands.js'
import type { Jobs } from '../work/jobs.js'
import type { Reports } from '../work/reports.js'

/** The options of the studio. */
export interface Given {
  /** The folder of the runs. */
  readonly folder: string
  /** The folder as the user gave it, for display. */
  readonly name: string
  /** Data sets that pages may open, in addition to generated data. */
  readonly data: readonly string[]
  /** The folder where the rows of complete runs are kept for the next studio; by default they are not. */
  readonly cache?: string
  /** The queue of many machines to show. */
  readonly queue?: QueueAddress | undefined
  /** The fields of the training form for a model. */
  readonly fieldsOf: FieldsOf
}

export interface Rooms extends Omit<Given, 'queue'> {
  readonly catalogue: RunCatalogue
  readonly jobs: Jobs
  readonly reports: Reports
  readonly queue: QueueWatch | undefined
}

/** The data of that name. @throws LimbicError if the studio was not given them */
export function givenData(data: readonly string[], name: string): string {
  if (data.includes(name)) return name
  throw new LimbicError('the studio was not given this data', {
    where: name,
    hint: `Restart the studio with it: limbic studio --data PATH. ${suggest(name, data)}`,
  })
}
